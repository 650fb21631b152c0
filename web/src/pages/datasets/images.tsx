import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { given, oneOf } from '../../app/search.ts';
import { failed } from '../../components/notify.tsx';
import { ImageGrid } from './image-grid.tsx';
import { ImageView } from './image-view.tsx';
import { type Ref, type SampleFilter, samples, type Version } from './queries.ts';
import { excludedWords } from './words.ts';

const route = getRouteApi('/datasets/$name/$version');
const SPLITS = ['train', 'val', 'test'] as const;
const ORDERS = [
  { value: 'number', label: 'as in the source' },
  { value: 'mixed', label: 'mixed' },
  { value: 'largest', label: 'largest first' },
  { value: 'smallest', label: 'smallest first' },
];

type Search = ReturnType<typeof route.useSearch>;
type Change = { [Key in keyof Search]?: Search[Key] | undefined };

/** What names a patient or a file is looked for, but stands in no address. */
interface Private {
  text: string;
  group: string | undefined;
  cluster: string | undefined;
}

const NOTHING: Private = { text: '', group: undefined, cluster: undefined };

/** All images, found by class, split, subgroup, patient and name. */
export function ImagesPart({ of, opened }: { of: Ref; opened: Version }) {
  const { split, label, state, column, value, order, image } = route.useSearch();
  const navigate = route.useNavigate();
  const [asked, setAsked] = useState<Private>(NOTHING);
  const [text] = useDebouncedValue(asked.text, 250);
  const { group, cluster } = asked;
  const filter = useMemo(
    (): SampleFilter => ({
      ...(split === undefined ? {} : { splits: [split] }),
      ...(label === undefined ? {} : { labels: [label] }),
      ...(state === undefined ? {} : { state }),
      ...(column === undefined || value === undefined ? {} : { column: { name: column, value } }),
      ...(order === undefined ? {} : { order }),
      ...(group === undefined ? {} : { group }),
      ...(cluster === undefined ? {} : { cluster }),
      ...(text.trim() === '' ? {} : { text: text.trim() }),
    }),
    [split, label, state, column, value, order, group, cluster, text],
  );
  const set = (change: Change): void =>
    void navigate({ search: (before) => given({ ...before, ...change, image: undefined }), replace: true });
  const client = useQueryClient();
  // Where in the list the image at large is; not known where an address brought it.
  const [place, setPlace] = useState<{ number: number; index: number; total: number }>();
  const open = (number: number | undefined): void =>
    void navigate({ search: (before) => given({ ...before, image: number }), resetScroll: false });
  const here = place !== undefined && place.number === image ? place : undefined;
  const step = async (by: number): Promise<void> => {
    if (here === undefined) return open((image ?? 0) + by);
    const { samples: next, total } = await client.fetchQuery(samples(of, filter, here.index + by, 1));
    if (next[0] === undefined) return;
    setPlace({ number: next[0].number, index: here.index + by, total });
    open(next[0].number);
  };
  const levels = opened.columns.find(({ name }) => name === column)?.values ?? [];
  const filtered = [split, label, state, value, group, cluster].some((one) => one !== undefined) || asked.text !== '';
  /** Whatever else was asked for, these alone. */
  const only = (wanted: Private): void => {
    setAsked(wanted);
    void navigate({ search: { part: 'images' }, replace: true });
  };
  const reset = (): void => only(NOTHING);
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end" className="filters">
        <TextInput
          size="sm"
          label="Find"
          placeholder="name of a file or patient"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={asked.text}
          onChange={(event) => setAsked({ ...asked, text: event.currentTarget.value })}
          data-search
          w={240}
          autoComplete="off"
        />
        <Choice label="Class" values={opened.classes} value={label} onChange={(label) => set({ label })} />
        <Choice
          label="Split"
          values={SPLITS}
          value={split}
          onChange={(split) => set({ split: oneOf(split, SPLITS) })}
          w={110}
        />
        <Select
          size="sm"
          label="Used"
          w={130}
          placeholder="all"
          clearable
          data={[
            { value: 'used', label: 'in a split' },
            { value: 'leftOut', label: 'left out' },
          ]}
          value={state ?? null}
          onChange={(state) => set({ state: oneOf(state, ['used', 'leftOut']) })}
        />
        {opened.columns.length > 0 && (
          <Choice
            label="Column"
            values={opened.columns.map(({ name }) => name)}
            value={column}
            onChange={(column) => set({ column, value: undefined })}
          />
        )}
        {column !== undefined && (
          <Choice label={column} values={levels} value={value} onChange={(value) => set({ value })} />
        )}
        <Select
          size="sm"
          label="Order"
          w={175}
          data={ORDERS}
          value={order ?? 'number'}
          allowDeselect={false}
          onChange={(order) => set({ order: oneOf(order, ['mixed', 'largest', 'smallest']) })}
        />
        {filtered && (
          <Button size="sm" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={reset}>
            All images
          </Button>
        )}
      </Group>
      {group !== undefined && <Text size="sm">Of one patient or lesion: {group}</Text>}
      {cluster !== undefined && <Text size="sm">What moves together: copies, and the patients that they tie.</Text>}
      {Object.entries(opened.excluded).length > 0 && state === 'leftOut' && (
        <Text size="sm" c="dimmed">
          {Object.entries(opened.excluded)
            .map(([reason, n]) => `${n}: ${excludedWords(reason)}`)
            .join('; ')}
        </Text>
      )}
      <ImageGrid
        of={of}
        filter={filter}
        onOpen={(number, index, total) => {
          setPlace({ number, index, total });
          open(number);
        }}
        onReset={filtered ? reset : undefined}
      />
      <ImageView
        of={of}
        opened={opened}
        number={image}
        at={here}
        onStep={(by) => void step(by).catch(failed)}
        onClose={() => open(undefined)}
        onGroup={(group) => only({ ...NOTHING, group })}
        onCluster={(cluster) => only({ ...NOTHING, cluster })}
      />
    </Stack>
  );
}

interface ChoiceProps {
  label: string;
  values: readonly string[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  w?: number;
}

function Choice({ label, values, value, onChange, w = 160 }: ChoiceProps) {
  return (
    <Select
      size="sm"
      label={label}
      placeholder="all"
      clearable
      searchable={values.length > 8}
      w={w}
      data={[...values]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}
