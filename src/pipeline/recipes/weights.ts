import { modelSpec } from '../../models/index.ts';
import type { TrainConfig } from '../../training/config.ts';

/** Where a training's weights come from before its first step, in words. */
export function weightsWords({ model }: Pick<TrainConfig, 'model'>): string {
  const { name, pretrained, freezeEpochs } = model;
  const published = modelSpec(name).pretrained;
  if (pretrained === null) {
    const [first] = Object.keys(published);
    return first === undefined
      ? `${name} begins from nothing: no weights are published for it.`
      : `${name} begins from nothing. With model.pretrained=${first} it begins from weights that know photographs, which mostly needs fewer images.`;
  }
  const source = Object.hasOwn(published, pretrained)
    ? `weights trained on photographs (${pretrained}), fetched once from ${new URL(published[pretrained]!.url).host} and kept`
    : 'weights of its own that the recipe names';
  const frozen =
    freezeEpochs > 0
      ? ` For ${freezeEpochs === 1 ? 'the first epoch' : `the first ${freezeEpochs} epochs`} only the new head learns.`
      : '';
  return `${name} begins from ${source}; only its last layer is new, for the dataset's classes.${frozen} model.pretrained=null begins from nothing.`;
}
