import { OslerError } from '../../errors.ts';
import type { Predictor } from '../../serving/predictor.ts';
import type { Stages } from '../../serving/stages.ts';
import type { Answered } from './inference.ts';

/** A bundle's predictor whose answers are told of. */
export function counted<P extends Pick<Predictor, 'manifest' | 'pending' | 'predict'>>(
  predictor: P,
  tell: (answered: Answered) => void,
): Pick<Predictor, 'manifest' | 'pending' | 'predict'> {
  return {
    get manifest() {
      return predictor.manifest;
    },
    get pending() {
      return predictor.pending;
    },
    predict: (images, options = {}) =>
      Promise.all(
        images.map(async (image) => {
          const started = performance.now();
          let stages: Stages | null = null;
          const about = (outcome: string, unlike: Answered['unlike'] = null): Answered => ({
            id: options.id ?? '',
            deployment: '',
            model: predictor.manifest.model.name,
            variant: 'bundle',
            role: 'live',
            outcome,
            milliseconds: performance.now() - started,
            waited: 0,
            stages,
            unlike,
          });
          const observe = (spent: Stages): void => {
            stages = spent;
            options.observe?.(spent);
          };
          try {
            const [answer] = await predictor.predict([image], { ...options, observe });
            if (answer === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
            if (answer instanceof OslerError) tell(about(answer.code));
            else tell(about('ok', answer.outOfDistribution ?? null));
            return answer;
          } catch (error) {
            tell(about(error instanceof OslerError ? error.code : 'INTERNAL'));
            throw error;
          }
        }),
      ),
  };
}
