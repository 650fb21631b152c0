import { Badge } from '@mantine/core';
import type { Sample } from './queries.ts';
import { excludedWords } from './words.ts';

/** Where an image is: its split, or out of all. */
export function SplitBadge({ sample: { split, excluded } }: { sample: Pick<Sample, 'split' | 'excluded'> }) {
  return excluded === null ? (
    <Badge size="xs" leftSection={<span className="split-dot" data-split={split} />}>
      {split}
    </Badge>
  ) : (
    <Badge size="xs" title={excludedWords(excluded)} leftSection={<span className="split-dot" />}>
      left out
    </Badge>
  );
}
