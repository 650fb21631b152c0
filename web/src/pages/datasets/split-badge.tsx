import { Badge } from '@mantine/core';
import type { Sample } from './queries.ts';
import { excludedWords } from './words.ts';

const COLOURS = { train: 'teal', val: 'blue', test: 'grape' } as const;

/** Where an image is: its split, or out of all. */
export function SplitBadge({ sample: { split, excluded } }: { sample: Pick<Sample, 'split' | 'excluded'> }) {
  return excluded === null ? (
    <Badge size="xs" variant="light" color={COLOURS[split]}>
      {split}
    </Badge>
  ) : (
    <Badge size="xs" variant="light" color="orange" title={excludedWords(excluded)}>
      left out
    </Badge>
  );
}
