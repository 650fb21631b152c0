import { List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { CopyBlock } from '../../components/copyable.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { metricName } from '../../metric-words.ts';
import { counted } from '../../say.ts';
import { policy } from './queries.ts';
import { gateWords } from './words.ts';

/** What is asked before a version of this model may be approved. */
export function PolicyPart({ name }: { name: string }) {
  const found = useQuery(policy(name));
  if (isAbsent(found)) return <FaultPanel error={found.error} title="The policy can't be read." />;
  if (found.data === undefined) return <Text c="dimmed">Loading…</Text>;
  const { written, rules, digest } = found.data;
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="sm">
          Before {name}@N may be approved
        </Title>
        <List spacing={6} size="sm">
          {sentences(rules).map((words) => (
            <List.Item key={words}>{words}</List.Item>
          ))}
        </List>
      </Paper>
      <div>
        <Text size="sm" mb="xs">
          {written
            ? 'These rules stand in registry/policy.yaml of OSLER_HOME; the first decision under a changed file tells the audit trail.'
            : 'Nobody has written a policy: the built-in one is in force. To ask for more, write registry/policy.yaml into OSLER_HOME:'}
        </Text>
        {!written && <CopyBlock what="an example of a policy" text={EXAMPLE} />}
        <Text size="xs" c="dimmed" mt="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          sha256 {digest}
        </Text>
      </div>
    </Stack>
  );
}

type Rules = Got<'/v1/models/{name}/policy'>['rules'];

function sentences({
  gates,
  leaky,
  champion,
  approvers,
  trainerMayApprove,
  protected: names,
  external,
}: Rules): string[] {
  return [
    `${counted(approvers, 'person', 'people')} must approve it${trainerMayApprove ? '.' : ', none of them who trained it.'}`,
    ...gates.map((gate) => `${gateWords(gate)}.`),
    leaky === 'refuse' ? 'Its split does not leak.' : 'A split that leaks is allowed; the stamp stays.',
    ...(champion === null
      ? []
      : [
          `Shown on the same samples to be not worse than the champion by ${champion.margin}${champion.metric === undefined ? '' : ` of ${metricName(champion.metric)}`} or more.`,
        ]),
    `Only approved versions may be ${names.join(' or ')}.`,
    external === 'free'
      ? 'Versions that other programs register are not asked anything: nothing of them can be checked.'
      : 'Versions that other programs register need approval too.',
  ];
}

const EXAMPLE = `default:
  gates:
    - auroc.low >= 0.85
    - ece.high <= 0.1
  champion: { metric: auroc, margin: 0.02 }
  approvers: 2`;
