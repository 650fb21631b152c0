import type { Classifier } from './classifier.ts';
import type { ModelSpec } from './spec.ts';

/** True for the parameters of the layer that is replaced when the class count changes. */
export function isHead(name: string, spec: Pick<ModelSpec, 'headPrefix'>): boolean {
  return name.startsWith(spec.headPrefix);
}

/**
 * Leaves only the head trainable. BatchNorm of the frozen part uses its running statistics in training too.
 * Returns the number of values that are still trained.
 */
export function freezeBackbone(model: Classifier): number {
  let left = 0;
  for (const p of model.parameters()) {
    p.trainable = isHead(p.name, model.spec);
    if (p.trainable) left += p.shape.reduce((a, b) => a * b, 1);
    p.tensor?.requiresGrad_(p.trainable);
  }
  return left;
}

/** Makes every weight trainable again. */
export function unfreeze(model: Classifier): void {
  for (const p of model.parameters()) {
    p.trainable = true;
    p.tensor?.requiresGrad_(true);
  }
}
