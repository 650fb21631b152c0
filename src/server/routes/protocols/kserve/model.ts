/** What a model is in the Open Inference Protocol: its inputs, its outputs, and answers as tensors. */
import type { BundleManifest } from '../../../../bundle/manifest.ts';
import { OslerError } from '../../../../errors.ts';
import { abstentionOf } from '../../../../serving/deployments/answer.ts';
import type { Pixels } from '../../../../serving/predictor.ts';
import { fromBytes, fromNormalised } from '../pixels.ts';
import type { Answered, ServedModel } from '../served.ts';
import type { Datatype, InputTensor, OutputTensor } from './tensors.ts';

export interface TensorInfo {
  name: string;
  datatype: Datatype;
  shape: number[];
  parameters?: Record<string, string>;
}

/** Images of one request, at most. */
export const MOST_IMAGES = 256;

/** One of these is sent: files, or tensors of the graph's own size. */
export function inputsOf({ preprocess: { channels, height, width } }: BundleManifest): TensorInfo[] {
  return [
    { name: 'image', datatype: 'BYTES', shape: [-1] },
    { name: 'images', datatype: 'FP32', shape: [-1, channels, height, width] },
    { name: 'pixels', datatype: 'UINT8', shape: [-1, height, width, channels] },
  ];
}

type Describe = (manifest: BundleManifest) =>
  | (Pick<OutputTensor, 'datatype' | 'parameters'> & {
      /** Values of one image: one of them where it is 0, else a list. */
      width: number;
      of(answered: Answered): (number | string | boolean)[];
    })
  | null;

const byClass = (manifest: BundleManifest): { labels: string } => ({ labels: JSON.stringify(manifest.labels) });

/** All that a model may say, in order; null where this one can't. */
const SAID: Record<string, Describe> = {
  label: () => ({ datatype: 'BYTES', width: 0, of: ({ prediction }) => [prediction.label] }),
  probabilities: (manifest) => ({
    datatype: 'FP32',
    width: manifest.labels.length,
    parameters: byClass(manifest),
    of: ({ prediction }) => manifest.labels.map((label) => prediction.probabilities[label]!),
  }),
  positive_probability: ({ operatingPoint }) =>
    operatingPoint && {
      datatype: 'FP32',
      width: 0,
      parameters: { labels: JSON.stringify(operatingPoint.positive), threshold: String(operatingPoint.threshold) },
      of: ({ prediction }) => [prediction.positive!.probability],
    },
  verdict: ({ operatingPoint }) =>
    operatingPoint && { datatype: 'BOOL', width: 0, of: ({ prediction }) => [prediction.positive!.verdict] },
  set: (manifest) =>
    manifest.conformal && {
      datatype: 'BOOL',
      width: manifest.labels.length,
      parameters: { ...byClass(manifest), coverage: String(manifest.conformal.coverage) },
      of: ({ prediction }) => manifest.labels.map((label) => prediction.set!.labels.includes(label)),
    },
  out_of_distribution: ({ outOfDistribution }) =>
    outOfDistribution && {
      datatype: 'BOOL',
      width: 0,
      of: ({ prediction }) => [prediction.outOfDistribution!.verdict],
    },
  abstention: () => ({
    datatype: 'BYTES',
    width: 0,
    of: ({ prediction }) => [abstentionOf(prediction)?.reason ?? ''],
  }),
  version: () => ({ datatype: 'BYTES', width: 0, of: ({ version }) => [version] }),
  prediction_id: () => ({ datatype: 'BYTES', width: 0, of: ({ id }) => [id] }),
};

export function outputsOf(manifest: BundleManifest): TensorInfo[] {
  return Object.entries(SAID).flatMap(([name, describe]) => {
    const said = describe(manifest);
    if (said === null) return [];
    const { datatype, width, parameters } = said;
    return [{ name, datatype, shape: width === 0 ? [-1] : [-1, width], ...(parameters && { parameters }) }];
  });
}

/** Answers to a request's images as tensors: those that are asked for, else all. Throws USAGE for a name that there is none of. */
export function tensorsOf(
  answers: readonly Answered[],
  manifest: BundleManifest,
  wanted: readonly string[] | undefined,
): OutputTensor[] {
  return (wanted ?? outputsOf(manifest).map(({ name }) => name)).map((name) => {
    const said = Object.hasOwn(SAID, name) ? SAID[name]!(manifest) : null;
    if (said === null) {
      throw new OslerError('USAGE', `The model has no output "${name.slice(0, 100)}".`, {
        hint: `It has ${outputsOf(manifest)
          .map((one) => one.name)
          .join(', ')}.`,
      });
    }
    const { datatype, width, parameters, of } = said;
    const shape = width === 0 ? [answers.length] : [answers.length, width];
    return { name, datatype, shape, data: answers.flatMap(of), ...(parameters && { parameters }) };
  });
}

/** Throws USAGE unless it is one of the model's inputs, of its type and shape. */
export function imagesOf(
  inputs: readonly InputTensor[],
  { manifest }: Pick<ServedModel, 'manifest'>,
): (Uint8Array | Pixels)[] {
  const [input] = inputs;
  const known = inputsOf(manifest);
  const meant = known.find(({ name, datatype }) => name === input!.name && datatype === input!.datatype);
  const words = known.map(({ name, datatype, shape }) => `${name} ${datatype} [${shape.join(',')}]`).join(', ');
  const refuse = (message: string): OslerError => new OslerError('USAGE', message, { hint: `One of: ${words}.` });
  if (inputs.length > 1) throw refuse(`${inputs.length} inputs were sent; one was expected.`);
  if (meant === undefined)
    throw refuse(`The model has no input "${input!.name.slice(0, 100)}" of type ${input!.datatype}.`);
  const shape = fitShape(input!.shape, meant.shape);
  if (shape === null) throw refuse(`The input ${meant.name} has the shape [${input!.shape.join(',')}].`);
  const [count] = shape as [number];
  if (count < 1 || count > MOST_IMAGES)
    throw refuse(`${count} images were sent; 1 to ${MOST_IMAGES} are answered at once.`);
  if (input!.elements !== undefined) return input!.elements;
  return (meant.datatype === 'FP32' ? fromNormalised : fromBytes)(input!.values!, count, manifest.preprocess);
}

/** Its shape, where it is the expected one (-1: any number); null else. [n, 1] stands for [n]: clients make columns of files. */
function fitShape(shape: readonly number[], expected: readonly number[]): readonly number[] | null {
  const given = expected.length === 1 && shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape;
  const fits = given.length === expected.length && expected.every((size, i) => size === -1 || size === given[i]);
  return fits ? given : null;
}
