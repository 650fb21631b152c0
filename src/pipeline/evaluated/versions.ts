import type { Side } from '../evaluation/comparison/compare.ts';
import { Measuring } from '../evaluation/measuring.ts';
import { type ChampionComparison, type CompareVersions, comparisonEvidence } from '../registry/evidence.ts';
import { versionName } from '../registry/names.ts';
import type { VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { leakNotes, measureSide, positiveOf } from './compare.ts';
import { commonSamples } from './compare-samples.ts';
import type { Context } from './context.ts';
import { type Evaluated, findEvaluated } from './evaluate-subject.ts';

const RESAMPLES = 10_000;

/** Compares two registered versions on the test samples that both may answer, as `osler compare` does. */
export function versionComparison(store: Store, ctx: Context): CompareVersions {
  return async (champion, candidate, { margin, metric }): Promise<ChampionComparison> => {
    await using stack = new AsyncDisposableStack();
    const models: { name: string; evaluated: Evaluated }[] = [];
    for (const version of [champion, candidate]) {
      models.push({ name: versionName(version), evaluated: stack.use(await evaluatedVersion(version, store, ctx)) });
    }
    const options = { split: 'test' as const, resamples: RESAMPLES, seed: 0, pairs: 'first' as const };
    const positive = positiveOf(models, undefined);
    const common = await commonSamples(models, options, ctx);
    const sides: Side[] = [];
    const measuring = stack.use(new Measuring(ctx.signal));
    for (const [m, { name, evaluated }] of models.entries()) {
      sides.push(await measureSide(name, evaluated, common.predictions[m]!, { ...options, positive }, measuring, ctx));
    }
    const comparison = await measuring.compare(
      sides,
      {
        on: common.on,
        split: 'test',
        leftOut: common.leftOut,
        createdAt: new Date().toISOString(),
        notes: [...common.notes, ...leakNotes(sides, options)],
      },
      { margin, pairs: 'first', resamples: RESAMPLES, seed: 0, ...(metric === undefined ? {} : { metric }) },
    );
    return comparisonEvidence(comparison);
  };
}

function evaluatedVersion(version: VersionRow, store: Store, ctx: Context): Promise<Evaluated> {
  // Without the warnings that a person who serves it should read.
  const quiet = Object.assign(Object.create(ctx.out) as typeof ctx.out, { warn: () => undefined });
  return findEvaluated(`models:/${version.model}/${version.version}`, store, { ...ctx, out: quiet });
}
