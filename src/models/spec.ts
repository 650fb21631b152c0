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
