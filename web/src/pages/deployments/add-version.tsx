import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { choices } from './queries.ts';

interface AddProps {
  label: string;
  taken: readonly string[];
  disabled: boolean;
  /** Stays chosen; without it the field is empty again. */
  value?: string;
  onAdd: (name: string) => void;
}

/** A field that names a version or an alias of a registered model. */
export function AddVersion({ label, taken, disabled, value, onAdd }: AddProps) {
  const all = useQuery(choices());
  const data = (all.data ?? []).filter(({ value }) => !taken.includes(value));
  return (
    <Select
      label={label}
      placeholder={all.isPending ? 'Loading' : data.length === 0 ? 'No other version' : 'Version or alias'}
      data={data}
      value={value ?? null}
      disabled={disabled || data.length === 0}
      searchable
      w={260}
      onChange={(chosen) => chosen !== null && onAdd(chosen)}
    />
  );
}
