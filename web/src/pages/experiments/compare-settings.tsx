import { Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useMemo } from 'react';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { type ComparedRun, useSettings } from './compare-data.ts';
import { SideBySide } from './side-by-side.tsx';

interface Props {
  runs: readonly ComparedRun[];
  ids: readonly string[];
  all: boolean;
  onAll: (all: boolean) => void;
}

/** Settings of the recipes and parameters that clients logged; what is not as in the first run is marked. */
export function CompareSettings({ runs, ids, all, onAll }: Props) {
  const read = useSettings(ids, all);
  const { data } = read;
  const rows = useMemo(
    () =>
      (data ?? []).map(({ key, values, same }) => ({
        key,
        head: key,
        cells: values.map((value) => ({
          text: value === null ? '' : rounded(value),
          differs: !same && value !== values[0],
        })),
      })),
    [data],
  );
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  return (
    <Stack gap="sm">
      <Switch
        label="What is the same in all, too"
        checked={all}
        onChange={(event) => onAll(event.currentTarget.checked)}
      />
      {data === undefined ? (
        <Skeleton height={200} />
      ) : rows.length === 0 ? (
        <Text c="dimmed">All settings are the same.</Text>
      ) : (
        <SideBySide label="Setting" runs={runs} rows={rows} numbers={false} />
      )}
    </Stack>
  );
}

/** 0.009 for 0.009000000000000001: what counting in twos leaves behind is no setting. */
function rounded(text: string): string {
  return /^-?\d*\.\d{13,}$/.test(text) ? String(Number(Number(text).toPrecision(12))) : text;
}
