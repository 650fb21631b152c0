import { type ComboboxItem, isOptionsGroup, type OptionsFilter, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { metricWords, saysMetric } from '../metric-words.ts';

/** The key of a choice that stands for a metric: `metrics.val.auroc` of the filter's grammar, `metric val.auroc` of a comparison. */
const keyOf = (value: string): string | undefined => /^metrics?[. ](.+)$/s.exec(value)?.[1];

/** Metrics are found by their words and by their keys, all else by its label. */
export const byWordsOrKey: OptionsFilter = ({ options, search, limit }) => {
  const low = search.trim().toLowerCase();
  const fits = ({ value, label }: ComboboxItem): boolean =>
    label.toLowerCase().includes(low) || saysMetric(keyOf(value) ?? value, low);
  let left = limit;
  const taken = (items: readonly ComboboxItem[]): ComboboxItem[] => {
    const found = items.filter(fits).slice(0, left);
    left -= found.length;
    return found;
  };
  return options.flatMap((one): ReturnType<OptionsFilter> => {
    if (!isOptionsGroup(one)) return taken([one]);
    const items = taken(one.items);
    return items.length === 0 ? [] : [{ ...one, items }];
  });
};

/** Words, and below them the key where it says something else. */
export function metricOption({ option: { value, label = value } }: { option: ComboboxItem }): ReactNode {
  const key = keyOf(value);
  if (key === undefined || metricWords(key) === key) return label;
  return (
    <div>
      <Text size="sm">{metricWords(key)}</Text>
      <Text size="xs" c="dimmed" className="mono">
        {key}
      </Text>
    </div>
  );
}
