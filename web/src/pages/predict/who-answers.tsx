import { Group, Select, Text } from '@mantine/core';
import type { Answerer } from './answerers.ts';

const GROUPS = [
  ['deployment', 'Deployments: their answers are written down'],
  ['version', 'Versions, to try them'],
  ['bundle', 'Bundles that nobody registered'],
] as const;

interface Props {
  all: readonly Answerer[];
  by: string;
  against: string | undefined;
  onBy: (ref: string) => void;
  onAgainst: (ref: string | undefined) => void;
}

/** Who answers, and whom that is compared with. */
export function WhoAnswers({ all, by, against, onBy, onAgainst }: Props) {
  const grouped = (without?: string) =>
    GROUPS.map(([kind, group]) => ({
      group,
      items: all
        .filter((one) => one.kind === kind && one.ref !== without)
        .map(({ ref, label }) => ({ value: ref, label })),
    })).filter(({ items }) => items.length > 0);
  const option = ({ option: { value, label } }: { option: { value: string; label: string } }) => (
    <div>
      <Text size="sm">{label}</Text>
      <Text size="xs" c="dimmed">
        {all.find(({ ref }) => ref === value)?.about}
      </Text>
    </div>
  );
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="Who answers"
        size="sm"
        w={220}
        data={grouped()}
        value={by}
        onChange={(ref) => ref !== null && onBy(ref)}
        renderOption={option}
        allowDeselect={false}
        searchable={all.length > 8}
        comboboxProps={{ width: 320, position: 'bottom-end' }}
      />
      {all.length > 1 && (
        <Select
          label="Compared with"
          placeholder="nobody"
          size="sm"
          w={220}
          data={grouped(by)}
          value={against ?? null}
          onChange={(ref) => onAgainst(ref ?? undefined)}
          renderOption={option}
          clearable
          searchable={all.length > 8}
          comboboxProps={{ width: 320, position: 'bottom-end' }}
        />
      )}
    </Group>
  );
}
