import { SegmentedControl, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { Section } from '../../components/section.tsx';
import { count } from '../../say.ts';
import { isOpen, itemsQuery, type Job, type JobItem, STRETCH, type Which } from './queries.ts';
import { classWords, heldAgainst, verdictWords } from './words.ts';

interface Row {
  index: number;
  item: JobItem | undefined;
}

interface Props {
  job: Job;
  which: Which;
  onWhich: (which: Which) => void;
}

/** What was said of each image. The whole table is in the files; here each stretch is asked for as it comes into sight. */
export function Items({ job, which, onWhich }: Props) {
  const { rows, unruled, error, refetch, onSight } = useItems(job, which);
  const open = isOpen(job);
  const columns = useMemo(() => columnsOf(which, unruled, open), [which, unruled, open]);
  return (
    <Section
      title="Answers"
      actions={
        <SegmentedControl
          size="xs"
          value={which}
          onChange={(next) => onWhich(next as Which)}
          aria-label="Which images"
          data={[
            { value: 'all', label: `All ${count(job.total)}` },
            { value: 'failed', label: `With an error ${count(job.failed)}` },
          ]}
        />
      }
    >
      {error !== null ? (
        <FaultPanel error={error} onRetry={refetch} />
      ) : (
        <DataTable
          key={which}
          label="Images"
          rows={rows}
          columns={columns}
          keyOf={({ index }) => String(index)}
          nameOf={({ index, item }) => item?.file ?? `image ${index + 1}`}
          onSight={onSight}
          height={`min(${60 + 36 * Math.max(1, rows.length)}px, max(320px, calc(100dvh - 420px)))`}
          rowHeight={36}
          empty={
            <Text size="sm" c="dimmed">
              {which === 'failed' ? 'No image has an error.' : 'No image has arrived yet.'}
            </Text>
          }
        />
      )}
    </Section>
  );
}

function useItems(job: Job, which: Which) {
  const total = which === 'failed' ? job.failed : job.total;
  const [[from, to], setSight] = useState<readonly [number, number]>([0, 0]);
  const last = Math.max(0, Math.ceil(total / STRETCH) - 1);
  const blocks = [...new Set([from, to].map((index) => Math.min(last, Math.floor(index / STRETCH))))];
  const state = `${job.state} ${job.done}`;
  const results = useQueries({
    queries: total === 0 ? [] : blocks.map((block) => itemsQuery(job.id, which, block, state)),
  });
  const data = results.map((result) => result.data);
  const rows = useMemo(() => {
    const all = Array.from({ length: total }, (_, index): Row => ({ index, item: undefined }));
    for (const [i, block] of blocks.entries())
      for (const [place, item] of (data[i]?.items ?? []).entries()) {
        const index = block * STRETCH + place;
        if (index < total) all[index] = { index, item };
      }
    return all;
  }, [total, blocks.join(), ...data]);
  const answers = data.flatMap((block) => block?.items ?? []).filter(({ outcome }) => outcome === 'ok');
  const onSight = useCallback((first: number, end: number) => setSight([first, end]), []);
  return {
    rows,
    /** Who answers has no operating point: there are classes, and no verdicts. */
    unruled: answers.length > 0 && answers.every(({ positive }) => positive === null),
    onSight,
    error: results.find(isAbsent)?.error ?? null,
    refetch: () => void Promise.all(results.map((one) => one.refetch())),
  };
}

const column = (rest: Omit<Column<Row>, 'cell'>, cell: (item: JobItem) => ReturnType<Column<Row>['cell']>) => ({
  ...rest,
  cell: ({ item }: Row) => (item === undefined ? '' : cell(item)),
});

const FILE = column({ id: 'file', header: 'Image', width: 180, grow: 1 }, ({ file }) => file);
const NUMBER = column({ id: 'number', header: 'No.', width: 64, align: 'right' }, ({ number }) => count(number + 1));

const HELD = column(
  {
    id: 'held',
    header: 'Probability',
    width: 220,
    about: 'Of the positive classes together, and the threshold of the verdict',
  },
  heldAgainst,
);
const PERSON = column(
  { id: 'person', header: 'A person decides', about: 'Why a person should decide', width: 190, grow: 3 },
  ({ abstention }) => (
    <span className="clip" title={abstention ?? undefined}>
      {abstention}
    </span>
  ),
);
const MODEL = column({ id: 'model', header: 'Answered by', width: 150 }, ({ model }) => model ?? '');
const CODE = column({ id: 'code', header: 'Code', width: 170 }, ({ outcome }) => (
  <span className="mono">{outcome}</span>
));

function columnsOf(which: Which, unruled: boolean, open: boolean): readonly Column<Row>[] {
  const verdict = (item: JobItem) => <Verdict item={item} open={open} />;
  if (which === 'failed')
    return [NUMBER, FILE, column({ id: 'error', header: 'What is wrong with it', width: 320, grow: 3 }, verdict), CODE];
  const label = { id: 'label', header: 'Class', width: 150, grow: 1 };
  if (unruled)
    return [
      NUMBER,
      FILE,
      column({ ...label, width: 200 }, (item) => (item.outcome === 'ok' ? classWords(item) : verdict(item))),
      PERSON,
      MODEL,
    ];
  return [
    NUMBER,
    FILE,
    column({ id: 'verdict', header: 'Verdict', width: 150, grow: 1 }, verdict),
    HELD,
    column(label, classWords),
    PERSON,
    MODEL,
  ];
}

function Verdict({ item, open }: { item: JobItem; open: boolean }) {
  const words = verdictWords(item, open);
  const wrong = item.outcome !== null && item.outcome !== 'ok';
  const flagged = item.positive?.verdict === true;
  return (
    <Text
      size="sm"
      className="clip"
      title={words}
      fw={flagged ? 600 : 400}
      c={wrong ? 'var(--mantine-color-error)' : item.outcome === null ? 'dimmed' : 'var(--mantine-color-text)'}
    >
      {words}
    </Text>
  );
}
