import { OslerError } from '../../errors.ts';
import type { Predictor } from '../../serving/predictor.ts';
import { countsOf } from '../../store/leak-stamp.ts';
import type { Askable, Opinions } from './opinions.ts';

/** The one bundle that a slim server has, which it also serves; whoever loaded it closes it. */
export function oneOpinion(
  predictor: Pick<Predictor, 'manifest' | 'predict'>,
  bundle: { name: string; digest: string | null },
): Opinions {
  const { manifest } = predictor;
  const asked: Askable = {
    of: `bundle:${bundle.name}`,
    kind: 'bundle',
    name: bundle.name,
    version: null,
    status: null,
    aliases: [],
    digest: bundle.digest,
    network: manifest.model.name,
    labels: manifest.labels,
    stamps: manifest.stamps,
    leaks: manifest.leaks && countsOf(manifest.leaks),
    createdAt: manifest.createdAt,
  };
  const check = (of: string): void => {
    if (of === asked.of) return;
    throw new OslerError('NOT_FOUND', `There is no model "${of.slice(0, 100)}" to ask here.`, {
      hint: `There is ${asked.of}.`,
    });
  };
  return {
    list: async () => [asked],
    async manifest(of) {
      check(of);
      return { asked, manifest };
    },
    async ask(of, image, options) {
      check(of);
      const [prediction] = await predictor.predict([image], { ...options, priority: 'low' });
      if (prediction === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
      if (prediction instanceof OslerError) throw prediction;
      return { asked, manifest, prediction };
    },
    close: async () => undefined,
  };
}
