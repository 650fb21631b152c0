import type { DatasetRecord, Split } from '../../data/sample.ts';

const SPLITS: readonly Split[] = ['train', 'val', 'test'];

/** How a version's split came about. */
export function ruleText({ split }: Pick<DatasetRecord, 'split'>): string {
  const shares = SPLITS.map((s) => Math.round(split.fractions[s] * 100)).join('/');
  const mended = split.mended ? ', mended where it leaked' : '';
  if (split.kind === 'given') return `the source's own split${mended}`;
  if (split.kind === 'carved')
    return `the source's split, what it lacks cut out of its train (${shares}, seed ${split.seed})${mended}`;
  if (split.kind === 'fold') return `fold ${split.fold} of ${split.folds} is val (seed ${split.seed})`;
  return `split ${shares}, seed ${split.seed}${mended}`;
}
