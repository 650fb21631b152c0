import type { Side } from '../../evaluation/comparison/compare.ts';
import { viewsNotes } from '../../evaluation/comparison/views-notes.ts';
import { Measuring } from '../../evaluation/measuring.ts';
import { type ChampionComparison, type CompareVersions, comparisonEvidence } from '../../registry/evidence.ts';
import { versionName } from '../../registry/names.ts';
import { openRegistered } from '../../registry/open.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import type { Workplace } from '../workplace.ts';
import { type Evaluated, evaluatedBundle } from './find.ts';
import { commonSamples } from './samples.ts';
import { leakNotes, measureSide, positiveOf } from './side.ts';

const RESAMPLES = 10_000;

/** Compares two registered versions on the test samples that both may answer, as `osler compare` does. */
export function versionComparison(
  store: Store,
  place: Workplace,
): (...asked: Parameters<CompareVersions>) => Promise<ChampionComparison> {
  // Without the warnings that a person who serves them should read.
  const quiet = { ...place, out: { progress: place.out.progress, warn: () => undefined } };
  const open = async (version: VersionRow): Promise<Evaluated> =>
    evaluatedBundle(await openRegistered(store.home, version, store.artifacts), quiet);
  return async (champion, candidate, { margin, metric }): Promise<ChampionComparison> => {
    await using stack = new AsyncDisposableStack();
    const models: { name: string; evaluated: Evaluated }[] = [];
    for (const version of [champion, candidate]) {
      models.push({ name: versionName(version), evaluated: stack.use(await open(version)) });
    }
    const options = { split: 'test' as const, resamples: RESAMPLES, seed: 0, pairs: 'first' as const };
    const positive = positiveOf(models, undefined);
    const common = await commonSamples(models, options, quiet);
    const sides: Side[] = [];
    const measuring = stack.use(new Measuring(place.signal));
    for (const [m, { name, evaluated }] of models.entries()) {
      const predictions = common.predictions[m]!;
      sides.push(await measureSide(name, evaluated, predictions, { ...options, positive }, measuring, quiet));
    }
    const comparison = await measuring.compare(
      sides,
      {
        on: common.on,
        split: 'test',
        leftOut: common.leftOut,
        createdAt: new Date().toISOString(),
        notes: [...common.notes, ...leakNotes(sides, {}), ...viewsNotes(sides)],
      },
      { margin, pairs: 'first', resamples: RESAMPLES, seed: 0, ...(metric === undefined ? {} : { metric }) },
    );
    return comparisonEvidence(comparison);
  };
}
