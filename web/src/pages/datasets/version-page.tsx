import './datasets.css';
import { Anchor, Group, Select, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { Absent } from '../../components/absent.tsx';
import { done } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead, type Reading, together } from '../../components/reading.ts';
import { Stamps } from '../../components/stamp.tsx';
import { counted } from '../../say.ts';
import { AuditPart } from './audit.tsx';
import { BalancePart } from './balance.tsx';
import { DecisionsBar, DecisionsProvider, useDecisionsState } from './decisions.tsx';
import { ImagesPart } from './images.tsx';
import { PARTS, type Part } from './parts.ts';
import { type Ref, type Task, type Version, type VersionSummary, version, versions } from './queries.ts';
import { SuspectsPart } from './suspects.tsx';
import { VersionsPart } from './versions.tsx';
import { leftOutWords } from './words.ts';
import { useWork, WorkPanel } from './work.tsx';

export const Route = createLazyRoute('/datasets/$name/$version')({ component: VersionPage });

const LABELS: Record<Part, string> = {
  balance: 'Classes and splits',
  images: 'Images',
  audit: 'Audit',
  suspects: 'Label suspects',
  versions: 'Versions',
};

function VersionPage() {
  const params = Route.useParams();
  const of = { name: params.name, version: Number(params.version) };
  const found = together(useQuery(version(of)), useQuery(versions(of.name)));
  const read = lastRead(found);
  if (read === undefined) return <Absent title={`${of.name}@${of.version}`} above={<ToAll />} query={found} />;
  const [opened, all] = read;
  // Decisions are about this version's images.
  return <Opened key={`${of.name}@${of.version}`} of={of} query={found} opened={opened} all={all} />;
}

interface OpenedProps {
  of: Ref;
  opened: Version;
  all: readonly VersionSummary[];
  query: Reading;
}

function Opened({ of, opened, all, query }: OpenedProps) {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const decisions = useDecisionsState(of);
  const part = search.part ?? PARTS[0];
  const next = (all[0]?.version ?? of.version) + 1;
  const onDone = (task: Task): void => {
    const made = task.result as { version: number; unchanged: boolean; moved: number } | null;
    if (made === null || made.version === of.version) {
      done(
        made?.unchanged && task.what !== 'dataset.audit' && task.what !== 'dataset.accept'
          ? 'Nothing would be different: no version was made.'
          : 'Done: the audit is up to date.',
      );
      return;
    }
    done(`Version ${made.version} was made${made.moved > 0 ? `; ${counted(made.moved, 'image')} moved` : ''}.`);
    void navigate({
      to: '/datasets/$name/$version',
      params: { name: of.name, version: String(made.version) },
      search: { part: 'versions', from: of.version },
    });
  };
  const work = useWork(of, onDone);
  const images = opened.images;
  return (
    <DecisionsProvider value={decisions}>
      <Page
        title={`${of.name}@${of.version}`}
        above={<ToAll />}
        query={query}
        heading={
          <Group gap="sm" component="span">
            {of.name} <Stamps of={opened} />
          </Group>
        }
        about={
          <>
            {counted(images, 'image')}, {counted(opened.classes.length, 'class', 'classes')}; {opened.rule}
            {opened.samples < images && `; ${leftOutWords(opened)}`}
            {opened.accepted !== null && `; leaks accepted by ${opened.accepted.by} ("${opened.accepted.reason}")`}
          </>
        }
        actions={
          <Select
            aria-label="Version"
            w={185}
            data={all.map((one) => ({
              value: String(one.version),
              label: `version ${one.version}${one === all[0] ? ' (newest)' : ''}`,
            }))}
            value={String(of.version)}
            allowDeselect={false}
            onChange={(value) =>
              value !== null &&
              void navigate({
                to: '/datasets/$name/$version',
                params: { name: of.name, version: value },
                search: { part },
              })
            }
          />
        }
      >
        <Stack gap="md">
          <WorkPanel work={work} />
          <Tabs
            value={part}
            onChange={(value) =>
              value !== null && void navigate({ search: value === PARTS[0] ? {} : { part: value as Part } })
            }
            keepMounted={false}
          >
            <Tabs.List mb="lg">
              {PARTS.map((one) => (
                <Tabs.Tab key={one} value={one}>
                  {LABELS[one]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="balance">
              <BalancePart of={of} opened={opened} work={work} next={next} />
            </Tabs.Panel>
            <Tabs.Panel value="images">
              <ImagesPart of={of} opened={opened} />
            </Tabs.Panel>
            <Tabs.Panel value="audit">
              <AuditPart of={of} opened={opened} work={work} next={next} />
            </Tabs.Panel>
            <Tabs.Panel value="suspects">
              <SuspectsPart of={of} opened={opened} />
            </Tabs.Panel>
            <Tabs.Panel value="versions">
              <VersionsPart of={of} all={all} />
            </Tabs.Panel>
          </Tabs>
          <DecisionsBar of={of} next={next} onBegun={work.watch} />
        </Stack>
      </Page>
    </DecisionsProvider>
  );
}

function ToAll() {
  return (
    <Text size="sm" mb={4}>
      <Anchor component={Link} to="/datasets">
        Datasets
      </Anchor>
    </Text>
  );
}
