import './compare-tests.css';
import { Badge, Button, Skeleton, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Posted } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';
import { Swatch } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Forest } from '../../components/forest.tsx';
import { isAbsent } from '../../components/reading.ts';
import { Section } from '../../components/section.tsx';
import { count, counted, figures } from '../../say.ts';
import type { ComparedRun } from './compare-data.ts';
import type { Split } from './compare-figures.tsx';

type Tests = Posted<'/v1/compare/tests'>;
type Pair = Tests['pairs'][number];
type Figure = Pair['figures'][number];

/** The route takes no more at once. */
const MOST = 12;

/** What a reader asks for first; the rest stands behind a press. */
const FIRST: ReadonlySet<string> = new Set(['auroc', 'macroAuroc', 'accuracy', 'sensitivity', 'specificity']);

const KINDS: Record<Pair['kind'], { words: string; colour: string }> = {
  better: { words: 'better', colour: 'teal' },
  worse: { words: 'worse', colour: 'orange' },
  worseByMore: { words: 'worse by more than the margin', colour: 'orange' },
  notWorse: { words: 'not worse', colour: 'teal' },
  equivalent: { words: 'equal within the margin', colour: 'teal' },
  undecided: { words: 'not told apart', colour: 'gray' },
  identical: { words: 'the same answers', colour: 'gray' },
  notEstimable: { words: 'can not be compared', colour: 'gray' },
};

interface Props {
  runs: readonly ComparedRun[];
  /** Of the runs, those that were measured on the split. */
  measured: readonly { id: string; sha256: string }[];
  split: Split;
}

/** Whether runs that answered the same images differ by more than chance: differences with interval and p, and what they mean. */
export function CompareTests({ runs, measured, split }: Props) {
  const asked = measured.slice(0, MOST);
  // No live change refreshes it, since drawing 10,000 resamples takes seconds: what was measured is the key, and that may be new.
  const tested = useQuery({
    queryKey: ['tests', asked, split],
    queryFn: ({ signal }) =>
      ask(api.POST('/v1/compare/tests', { body: { runs: asked.map(({ id }) => id), split }, signal })),
    enabled: asked.length > 1,
    retry: false,
    staleTime: 300_000,
  });
  const { data, error, refetch } = tested;
  return (
    <Section title="More than chance?">
      {asked.length < 2 ? (
        <Text size="sm" c="dimmed">
          Two of these runs must be measured on {split} before their difference can be tested: on a run's page, under
          Evaluation.
        </Text>
      ) : isAbsent(tested) ? (
        <FaultPanel
          error={error}
          title="These runs can't be tested against each other."
          onRetry={() => void refetch()}
        />
      ) : data === undefined ? (
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            Comparing the answers image by image, and 10,000 resamples of them: some seconds.
          </Text>
          <Skeleton height={220} />
        </Stack>
      ) : (
        <Outcome tests={data} runs={runs} unmeasured={runs.length - asked.length} />
      )}
    </Section>
  );
}

function Outcome({ tests, runs, unmeasured }: { tests: Tests; runs: readonly ComparedRun[]; unmeasured: number }) {
  const { pairs, samples, groups, on, leftOut, notes } = tests;
  return (
    <Stack gap="lg">
      <div>
        {pairs.length > 1 && (
          <Text fw={600} mb={4}>
            {tests.verdict}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          On {on}: {counted(samples, 'image')}
          {groups < samples && ` of ${count(groups)} patients or lesions`}, each answered by all of them
          {leftOut > 0 && `; ${counted(leftOut, 'image')} left out that not all answered`}
          {unmeasured > 0 && `; ${counted(unmeasured, 'run')} not tested`}.
          {tests.positive !== null && ` Positive: ${tests.positive.join(', ')}.`}
        </Text>
        {notes.map((note) => (
          <Text key={note} size="sm" mt={4} maw={900}>
            {note}
          </Text>
        ))}
      </div>
      {pairs.map((pair) => (
        <OnePair key={`${pair.first} ${pair.second}`} pair={pair} tests={tests} runs={runs} />
      ))}
      <Text size="xs" c="dimmed" maw={900}>
        p says how often chance alone would make a difference at least as large, were both equally good; below 0.05 it
        is called shown.{' '}
        {pairs.length > 1 &&
          `With ${pairs.length} pairs tested some look different by luck: the corrected p (Holm) counts for that. `}
        AUROC by DeLong's test, right answers by McNemar's exact one, the rest by a paired bootstrap; patients and
        lesions count as one. The verdict goes by {tests.metric.label} alone.
      </Text>
    </Stack>
  );
}

function OnePair({ pair, tests, runs }: { pair: Pair; tests: Tests; runs: readonly ComparedRun[] }) {
  const [all, setAll] = useState(false);
  const { right } = pair;
  const several = tests.pairs.length > 1;
  const shown = pair.figures.filter(({ name }) => all || FIRST.has(name) || name === tests.metric.name);
  const kind = KINDS[pair.kind];
  return (
    <section aria-label={`${pair.second} against ${pair.first}`}>
      <div className="tests-head">
        <Side letter={pair.second} tests={tests} runs={runs} />
        <Text span size="sm" c="dimmed">
          against
        </Text>
        <Side letter={pair.first} tests={tests} runs={runs} />
        <Badge variant="light" color={kind.colour}>
          {kind.words}
        </Badge>
      </div>
      <Text size="sm" mb="xs" maw={900}>
        {pair.words}
      </Text>
      <Figures figures={shown} pair={pair} several={several} label={`${pair.second} against ${pair.first}`} />
      {all && pair.classes.length > 0 && (
        <>
          <Text size="sm" fw={600} mt="sm">
            AUROC of each class against the rest
          </Text>
          <Text size="xs" c="dimmed">
            Of {pair.classes.length} classes some look different by luck: the corrected p (Holm) counts for all of them
            {several && `, in each of the ${tests.pairs.length} pairs`}.
          </Text>
          <Figures figures={pair.classes} pair={pair} several label="AUROC of each class" />
        </>
      )}
      <Text size="sm" mt="xs" maw={900}>
        Right answers: both {count(right.both)}, only {pair.first} {count(right.first)}, only {pair.second}{' '}
        {count(right.second)}, neither {count(right.neither)}. {pair.power}
      </Text>
      <Button size="compact-xs" variant="subtle" mt={4} aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? 'Fewer figures' : 'All figures'}
      </Button>
    </section>
  );
}

function Side({ letter, tests, runs }: { letter: string; tests: Tests; runs: readonly ComparedRun[] }) {
  const scheme = useComputedColorScheme('light');
  const side = tests.runs.find((one) => one.letter === letter)!;
  const run = runs.find(({ id }) => id === side.run);
  return (
    <span className="tests-side">
      {run !== undefined && <Swatch place={run.place} scheme={scheme} />}
      <b>{letter}</b> {side.name}
    </span>
  );
}

interface FiguresProps {
  figures: readonly Figure[];
  pair: Pair;
  /** Whether there is a correction to show. */
  several: boolean;
  label: string;
}

function Figures({ figures: rows, pair, several, label }: FiguresProps) {
  const span =
    1.06 *
    Math.max(
      0.02,
      ...rows.flatMap(({ low, high, difference }) => [low, high, difference].map((x) => Math.abs(x ?? 0))),
    );
  return (
    <table className="tests-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col">{pair.first}</th>
          <th scope="col">{pair.second}</th>
          <th scope="col">Difference (95% interval)</th>
          <td aria-hidden />
          <th scope="col">p</th>
          {several && <th scope="col">p, corrected</th>}
          <th scope="col">Test</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, label: words, first, second, difference, low, high, p, adjusted, method, reason }) => (
          <tr key={name}>
            <th scope="row">{words}</th>
            <td data-label={pair.first}>{figures(first)}</td>
            <td data-label={pair.second}>{figures(second)}</td>
            <td data-label="Difference">
              {difference === null ? (reason ?? 'none') : signed(difference)}
              {low !== null && high !== null ? (
                <Text span size="sm" c="dimmed">
                  {' '}
                  ({signed(low)} to {signed(high)})
                </Text>
              ) : (
                difference !== null && (
                  <Text span size="sm" c="dimmed">
                    {' '}
                    {reason}
                  </Text>
                )
              )}
            </td>
            <td className="tests-forest">
              {difference !== null && (
                <Forest
                  value={difference}
                  low={low}
                  high={high}
                  from={-span}
                  to={span}
                  marks={[0]}
                  label={`${words}: ${signed(difference)}, held against no difference`}
                />
              )}
            </td>
            <td data-label="p">{chance(p)}</td>
            {several && <td data-label="p, corrected">{chance(adjusted)}</td>}
            <td data-label="Test">
              <Text span size="xs" c="dimmed">
                {method ?? ''}
              </Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function signed(value: number): string {
  const size = Math.abs(value).toFixed(3);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}

function chance(p: number | null): string {
  return p === null ? 'none' : p < 0.001 ? '< 0.001' : p.toFixed(3);
}
