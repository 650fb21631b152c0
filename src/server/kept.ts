import { OslerError } from '../errors.ts';
import type { Predictor } from '../serving/predictor.ts';

type Predicting = Pick<Predictor, 'manifest' | 'pending' | 'predict'>;

/** A bundle's predictor whose images are kept, those that it could answer, before their answers go out. `keep` must not reject. */
export function kept(predictor: Predicting, keep: (image: Uint8Array) => Promise<void>): Predicting {
  return {
    get manifest() {
      return predictor.manifest;
    },
    get pending() {
      return predictor.pending;
    },
    async predict(images, options) {
      const answers = await predictor.predict(images, options);
      const answered = images.filter((_, i) => answers[i] !== undefined && !(answers[i] instanceof OslerError));
      await Promise.all(answered.map((image) => (image instanceof Uint8Array ? keep(image) : undefined)));
      return answers;
    },
  };
}
