import {
  Alert,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Table,
  Text,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Swatch } from '../../charts/index.ts';
import { CopyBlock } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Forest } from '../../components/forest.tsx';
import { isAbsent } from '../../components/reading.ts';
import { WideTable } from '../../components/wide-table.tsx';
import { count, figures } from '../../say.ts';
import { type Comparison, comparison, type Deployment } from './queries.ts';
import { placeOf } from './share-bar.tsx';

const route = getRouteApi('/deployments/$name');

/** What turned out to be true of what the variants said, and whether that is enough to tell them apart. */
export function QualityPart({ deployment }: { deployment: Deployment }) {
  const { against } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery({ ...comparison(deployment.name, against), placeholderData: keepPreviousData });
  if (isAbsent(found)) return <FaultPanel error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Text c="dimmed">Loading…</Text>;
  const { variants, tests, against: reference } = found.data;
  const labelled = variants.reduce((sum, one) => sum + one.labelled, 0);
  if (labelled === 0) {
    return (
      <EmptyState title="Nobody has said yet what turned out to be true">
        <Text mb="sm">
          Feedback names a prediction by the id of its answer, however late it comes. With it the variants are measured
          and compared here; on the page Predict it is one press.
        </Text>
        <div style={{ textAlign: 'left' }}>
          <CopyBlock what="an example of feedback" text={EXAMPLE} />
        </div>
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      {variants.length > 1 && (
        <Select
          label="Tested against"
          data={variants.map(({ variant }) => variant)}
          value={reference}
          allowDeselect={false}
          w={240}
          onChange={(value) => {
            if (value !== null) void navigate({ search: (before) => ({ ...before, against: value }), replace: true });
          }}
        />
      )}
      {tests.map((test) => (
        <Test key={test.variant} test={test} advice={adviceOn(test, deployment.members)} />
      ))}
      <Measured variants={variants} members={deployment.members} />
      <Text size="sm" c="dimmed" maw={760}>
        Intervals of shares and the evidence hold however often they are looked at; the AUROC's is DeLong's, for one
        look. Of each key (patient or session) the first answer that was judged counts. Feedback that comes sooner for
        one kind of image than for another makes both lean; nothing here can see that.
      </Text>
    </Stack>
  );
}

type TestInfo = Comparison['tests'][number];

const VERDICTS: Record<TestInfo['verdict'], { title: (test: TestInfo) => string; color: string }> = {
  better: {
    title: (test) => `Enough evidence: ${test.variant} has better ${settled(test)} than ${test.against}`,
    color: 'teal',
  },
  worse: {
    title: (test) => `Enough evidence: ${test.variant} has worse ${settled(test)} than ${test.against}`,
    color: 'red',
  },
  mixed: {
    title: ({ variant, against }) =>
      `Enough evidence: ${variant} is better in one way than ${against}, and worse in another`,
    color: 'orange',
  },
  undecided: {
    title: ({ variant, against }) => `Not enough evidence yet that ${variant} and ${against} differ`,
    color: 'gray',
  },
};

/** Those questions that the evidence is enough for: no variant is better in all ways by being better in one. */
function settled({ questions, needed }: TestInfo): string {
  return questions.flatMap(({ question, evidence }) => (evidence >= needed ? [question] : [])).join(' and ');
}

/** What points the other way, and is not settled. */
function contrary({ questions, needed, verdict }: TestInfo): string[] {
  const sign = verdict === 'better' ? -1 : verdict === 'worse' ? 1 : 0;
  return questions.flatMap(({ question, evidence, difference }) =>
    evidence < needed && difference !== null && difference * sign > 0
      ? [
          `Its ${question} is ${figures(Math.abs(difference))} ${sign < 0 ? 'lower' : 'higher'} so far: that is not settled.`,
        ]
      : [],
  );
}

/** What to do where a variant is worse: a shadow has no share to take away, and none could take over a live one's. */
function adviceOn({ variant, against, verdict }: TestInfo, members: Deployment['members']): string | null {
  const roleOf = (member: string) => members.find(({ name }) => name === member)?.role;
  const role = roleOf(variant);
  // What takes no part any more needs no advice.
  if (verdict !== 'worse' || role === undefined || roleOf(against) === 'shadow') return null;
  return role === 'shadow'
    ? 'It is a shadow: nobody was given its answers. Leave it out on the page "Traffic" when you have seen enough.'
    : 'Take its share away on the page "Traffic", or roll back.';
}

function Test({ test, advice }: { test: TestInfo; advice: string | null }) {
  const { title, color } = VERDICTS[test.verdict];
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3" mb={4}>
        {title(test)}
      </Title>
      {contrary(test).map((words) => (
        <Text key={words} size="sm" mb={4}>
          {words}
        </Text>
      ))}
      <Text size="sm" c="dimmed" mb="md">
        {test.design === 'paired'
          ? 'Both answered the same images: those that one alone got right decide.'
          : 'Each answered images of its own.'}{' '}
        {figures(test.needed, 0)} is enough for any of the three questions; the test may be looked at after every
        answer.
      </Text>
      <Stack gap="sm">
        {test.questions.map(({ question, evidence, difference, n }) => (
          <div key={question}>
            <Group justify="space-between" mb={2}>
              <Text size="sm">
                <b>{NAMES[question] ?? question}</b>{' '}
                {difference === null ? 'not measured on both yet' : `${signed(difference)} on ${count(n)} judged`}
              </Text>
              <Text size="sm">evidence {evidence >= 1_000 ? evidence.toExponential(1) : figures(evidence, 1)}</Text>
            </Group>
            <Progress
              value={Math.min(100, Math.max(0, (Math.log(evidence) / Math.log(test.needed)) * 100))}
              color={evidence >= test.needed ? color : 'gray'}
              aria-label={`Evidence in ${question}: ${figures(evidence, 1)} of ${figures(test.needed, 0)} needed, on a logarithmic scale`}
            />
          </div>
        ))}
      </Stack>
      {advice !== null && (
        <Alert color="red" mt="md">
          {advice}
        </Alert>
      )}
    </Paper>
  );
}

const NAMES: Record<string, string> = { accuracy: 'Accuracy', sensitivity: 'Sensitivity', specificity: 'Specificity' };
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

function Measured({ variants, members }: { variants: Comparison['variants']; members: Deployment['members'] }) {
  const scheme = useComputedColorScheme('light');
  const names = [...members, ...variants.map(({ variant }) => ({ name: variant }))];
  return (
    <WideTable label="Variants, measured" width={900}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Variant</Table.Th>
          <Table.Th ta="right">Judged</Table.Th>
          <Table.Th ta="right">Keys</Table.Th>
          <Table.Th>Accuracy</Table.Th>
          <Table.Th>Sensitivity</Table.Th>
          <Table.Th>Specificity</Table.Th>
          <Table.Th>AUROC</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {variants.map(({ variant, role, version, labelled, units, accuracy, sensitivity, specificity, auroc }) => (
          <Table.Tr key={`${variant} ${version}`}>
            <Table.Td>
              <Group gap={6} wrap="nowrap">
                <Swatch place={placeOf(names, variant)} scheme={scheme} />
                <Text size="sm" fw={600}>
                  {variant}
                </Text>
                <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  {version === null || version === variant ? role : `as ${version}, ${role}`}
                </Text>
              </Group>
            </Table.Td>
            <Table.Td ta="right">{count(labelled)}</Table.Td>
            <Table.Td ta="right">{count(units)}</Table.Td>
            <Share of={accuracy} name={`Accuracy of ${variant}`} />
            <Share of={sensitivity} name={`Sensitivity of ${variant}`} />
            <Share of={specificity} name={`Specificity of ${variant}`} />
            <Share of={auroc} name={`AUROC of ${variant}`} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Share({
  of: share,
  name,
}: {
  of: { value: number; low: number | null; high: number | null } | null;
  name: string;
}) {
  if (share === null) return <Table.Td c="dimmed">not measured</Table.Td>;
  const { value, low, high } = share;
  return (
    <Table.Td>
      <Text size="sm">
        {value.toFixed(3)}{' '}
        {low !== null && high !== null && (
          <Text span size="xs" c="dimmed">
            {low.toFixed(3)} to {high.toFixed(3)}
          </Text>
        )}
      </Text>
      <Forest value={value} low={low} high={high} label={`${name} between 0 and 1`} />
    </Table.Td>
  );
}

const EXAMPLE = `curl -H 'content-type: application/json' ${window.location.origin}/v1/feedback \\
  -d '{"prediction": "REQUEST-ID", "label": "benign"}'`;
