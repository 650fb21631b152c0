import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { failed } from '../../components/notify.tsx';
import { isAbsent } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { counted } from '../../say.ts';
import { FindingSets } from './finding-sets.tsx';
import { LeakActions } from './leak-actions.tsx';
import { type Audit, audit, type Check, type Finding, type Ref, type Version } from './queries.ts';
import { ShortcutFacts } from './shortcut-facts.tsx';
import { CHECKS, LEVELS, withoutCommands } from './words.ts';
import type { Work } from './work.tsx';

const route = getRouteApi('/datasets/$name/$version');

interface Props {
  of: Ref;
  opened: Version;
  work: Work;
  next: number;
}

/** What the audit found, worst first, with the images side by side and what can be done about it. */
export function AuditPart({ of, opened, work, next }: Props) {
  const read = useQuery(audit(of));
  const may = useMay('write');
  const auditing = useMutation({
    mutationFn: (shortcut: boolean) =>
      ask(api.POST('/v1/datasets/{name}/versions/{version}/audit', { params: { path: of }, body: { shortcut } })),
    onSuccess: work.watch,
    onError: failed,
  });
  const busy = work.running !== undefined;
  const button = (shortcut: boolean, words: string) => (
    <Button
      size="sm"
      variant="default"
      disabled={!may || busy}
      loading={auditing.isPending}
      onClick={() => auditing.mutate(shortcut)}
    >
      {words}
    </Button>
  );
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <Skeleton height={320} aria-label="Loading" />;
  if (read.data === null) {
    return (
      <EmptyState title="Not audited yet" actions={button(false, 'Audit it')}>
        The audit looks for copies, leaks across the split, clashing labels and small cells.
      </EmptyState>
    );
  }
  const whole = read.data;
  const { findings, createdAt, shortcut } = whole;
  const loud = findings.filter(({ level }) => level !== 'ok' && level !== 'skipped');
  const quiet = findings.filter(({ level }) => level === 'ok' || level === 'skipped');
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Audited <When at={createdAt} />
        </Text>
        <Group gap="xs">
          {button(false, 'Audit again')}
          {button(true, shortcut === null ? 'Look for shortcuts' : 'Look for shortcuts again')}
        </Group>
      </Group>
      {loud.map((finding) => (
        <OneFinding
          key={finding.check}
          of={of}
          opened={opened}
          finding={finding}
          whole={whole}
          work={work}
          next={next}
        />
      ))}
      <Paper withBorder p="md">
        <Stack gap={6}>
          {quiet.map(({ check, level, summary }) => (
            <Group key={check} gap="sm" wrap="nowrap" align="flex-start">
              <Badge size="sm" variant="light" color={LEVELS[level].color} style={{ flex: 'none' }}>
                {LEVELS[level].word}
              </Badge>
              <Text size="sm">
                <b>{CHECKS[check]}.</b> {summary}
              </Text>
            </Group>
          ))}
        </Stack>
      </Paper>
    </Stack>
  );
}

interface FindingProps extends Props {
  finding: Finding;
  whole: Audit;
}

function OneFinding({ of, opened, finding, whole, work, next }: FindingProps) {
  const { check: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const { check, level, summary, byDefault, toChange, sets } = finding;
  const open = shown === check;
  const advice = [byDefault === 'Nothing to do.' ? '' : byDefault, withoutCommands(toChange)].filter(Boolean);
  return (
    <Paper withBorder p="lg" component="section" aria-label={CHECKS[check]} data-testid={`finding-${check}`}>
      <Group gap="sm" mb={6}>
        <Title order={2} size="h3">
          {CHECKS[check]}
        </Title>
        <Badge size="sm" variant="light" color={LEVELS[level].color}>
          {LEVELS[level].word}
        </Badge>
      </Group>
      <Text size="sm">{summary}</Text>
      {advice.map((text) => (
        <Text key={text} size="sm" c="dimmed" mt={4}>
          {text}
        </Text>
      ))}
      {check === 'leaks' && level === 'problem' && <LeakActions of={of} opened={opened} work={work} next={next} />}
      {check === 'shortcut' && whole.shortcut !== null && <ShortcutFacts shortcut={whole.shortcut} />}
      {check === 'unreadable' && (
        <Stack gap={2} mt="sm">
          {whole.unreadable.slice(0, 50).map(({ id, reason }) => (
            <Text key={id} size="xs">
              <span className="mono">{id}</span>: {reason}
            </Text>
          ))}
          {whole.unreadable.length > 50 && (
            <Text size="xs" c="dimmed">
              and {whole.unreadable.length - 50} more
            </Text>
          )}
        </Stack>
      )}
      {sets > 0 && (
        <Button
          mt="sm"
          size="xs"
          variant="default"
          aria-expanded={open}
          onClick={() =>
            void navigate({
              search: ({ check: _, ...before }) => (open ? before : { ...before, check }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {open ? 'Hide the images' : `Show ${counted(sets, 'set')} of images`}
        </Button>
      )}
      {open && sets > 0 && <FindingSets of={of} opened={opened} check={check as Check} />}
    </Paper>
  );
}
