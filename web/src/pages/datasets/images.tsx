import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ImageGrid } from './image-grid.tsx';
import { ImageView } from './image-view.tsx';
import type { Ref, SampleFilter, Version } from './queries.ts';
import { excludedWords } from './words.ts';

const route = getRouteApi('/datasets/$name/$version');
const SPLITS = ['train', 'val', 'test'] as const;
const ORDERS = [
  { value: 'number', label: 'as in the source' },
  { value: 'mixed', label: 'mixed' },
  { value: 'largest', label: 'largest first' },
  { value: 'smallest', label: 'smallest first' },
];

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
  const set = (change: Record<string, string | undefined>): void =>
    void navigate({ search: (before) => clean({ ...before, ...change, image: undefined }), replace: true });
  const open = (number: number | undefined): void =>
    void navigate({ search: (before) => clean({ ...before, image: number }), resetScroll: false });
  const levels = opened.columns.find(({ name }) => name === column)?.values ?? [];
  const filtered = [split, label, state, value, group, cluster].some((one) => one !== undefined) || asked.text !== '';
  const reset = (): void => {
    setAsked(NOTHING);
    void navigate({ search: { part: 'images' }, replace: true });
  };
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
          w={210}
          autoComplete="off"
        />
        <Choice label="Class" values={opened.classes} value={label} onChange={(label) => set({ label })} />
        <Choice label="Split" values={SPLITS} value={split} onChange={(split) => set({ split })} w={110} />
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
          onChange={(state) => set({ state: state ?? undefined })}
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
          w={150}
          data={ORDERS}
          value={order ?? 'number'}
          allowDeselect={false}
          onChange={(order) => set({ order: order === 'number' || order === null ? undefined : order })}
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
      <ImageGrid of={of} filter={filter} onOpen={open} onReset={filtered ? reset : undefined} />
      <ImageView
        of={of}
        opened={opened}
        number={image}
        onOpen={open}
        onGroup={(group) => {
          setAsked({ ...NOTHING, group });
          open(undefined);
        }}
        onCluster={(cluster) => {
          setAsked({ ...NOTHING, cluster });
          open(undefined);
        }}
      />
    </Stack>
  );
}

const clean = <T extends Record<string, unknown>>(search: T): T =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

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
