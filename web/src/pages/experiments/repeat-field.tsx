import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { NumberField } from '../../components/number-field.tsx';

/** Once, or several times: from other seeds, or on folds of train and val. */
export interface Repeat {
  kind: 'once' | 'seeds' | 'folds';
  of: number;
}

const ABOUT = {
  once: 'One run, on the dataset\u2019s own split.',
  seeds: 'The same recipe from other seeds, one after the other: mean, spread, and how much of the result is chance.',
  folds: 'Train and val are cut into folds: every image is answered by a network that did not learn from it.',
} as const;

export function RepeatField({
  value,
  onChange,
  error,
}: {
  value: Repeat;
  onChange: (next: Repeat) => void;
  error?: string | undefined;
}) {
  const { kind, of } = value;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} id="repeat-label">
        How often
      </Text>
      <Group gap="sm">
        <SegmentedControl
          aria-labelledby="repeat-label"
          value={kind}
          onChange={(next) => onChange({ of, kind: next as Repeat['kind'] })}
          data={[
            { value: 'once', label: 'Once' },
            { value: 'seeds', label: 'Several seeds' },
            { value: 'folds', label: 'Folds' },
          ]}
        />
        {kind !== 'once' && (
          <NumberField
            aria-label={kind === 'seeds' ? 'Number of seeds' : 'Number of folds'}
            min={2}
            max={100}
            w={90}
            value={of}
            error={error !== undefined}
            onChange={(next) => onChange({ kind, of: typeof next === 'number' ? next : 2 })}
          />
        )}
      </Group>
      <Text size="xs" c={error === undefined ? 'dimmed' : 'red'}>
        {error ?? ABOUT[kind]}
      </Text>
    </Stack>
  );
}
