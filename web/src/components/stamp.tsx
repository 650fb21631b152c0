import { Badge, Tooltip } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

const WORDS: Record<string, string> = {
  leaky: 'The same patients, lesions or images stand in training and test: figures flatter.',
};

/** A warning that travels with data and whatever is made from them. */
export function Stamp({ name }: { name: string }) {
  return (
    <Tooltip label={WORDS[name] ?? 'Its figures may flatter. Do not rely on them.'}>
      <Badge
        color="orange"
        variant="light"
        size="sm"
        leftSection={<IconAlertTriangle size={12} aria-hidden />}
        tabIndex={0}
      >
        {name}
      </Badge>
    </Tooltip>
  );
}

export function Stamps({ names }: { names: readonly string[] }) {
  return names.map((name) => <Stamp key={name} name={name} />);
}
