import { OslerError } from '../errors.ts';
import type { PublishedWeights } from './sources.ts';

/** What is known of an architecture without building it. */
export interface ModelSpec {
  name: string;
  /** What it is, in a few words. */
  summary: string;
  /** Height and width it was published for; any other from `minSize` works. */
  inputSize: number;
  minSize: number;
  /** Parameters that belong to the classes start so; a new class count replaces these. */
  headPrefix: string;
  /** The convolution that sees the image: adapted when the channel count differs. */
  firstConv: string;
  /** Features per image in `embedding`. */
  embedding: number;
  /** Official weights by name (`imagenet`, `imagenet-v2`); empty where none are published. */
  pretrained: Readonly<Record<string, PublishedWeights>>;
}

/** Official weights of that name; undefined for a path or an address. Throws NOT_FOUND for a name under which none are published. */
export function publishedWeights(spec: ModelSpec, source: string): PublishedWeights | undefined {
  if (Object.hasOwn(spec.pretrained, source)) return spec.pretrained[source];
  if (!/^imagenet(-v\d+)?$/.test(source)) return undefined;
  const names = Object.keys(spec.pretrained);
  throw new OslerError('NOT_FOUND', `No weights "${source}" are published for ${spec.name}.`, {
    hint:
      names.length > 0
        ? `There is: ${names.join(', ')}.`
        : 'Train it from scratch (model.pretrained=null), or give a path or an https URL.',
  });
}
