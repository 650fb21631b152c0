import { z } from 'zod';
import { LeakCounts } from '../store/leak-stamp.ts';

export const Split = z.enum(['train', 'val', 'test']);
export type Split = z.infer<typeof Split>;

/** Whatever else a source says of an image: age, sex, site, device... */
export const SampleMeta = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type SampleMeta = z.infer<typeof SampleMeta>;

/** One image of a dataset. `id` is its path relative to the imported source (or `split/index` in an .npz). */
export const Sample = z.object({
  id: z.string(),
  /** Where the bytes are: `object:<sha256>.<ext>` in the store, or `file:<absolute path>` after `--in-place`. */
  uri: z.string(),
  /** Of the file's bytes, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  label: z.string(),
  /** Patient or lesion: never crosses a made split. Absent when the source names none. */
  group: z.string().optional(),
  /** What moves as one when it is more than the group: groups and images tied by copies or near copies. Equal for all its members. */
  cluster: z.string().optional(),
  split: Split,
  /** Why the image is in no split's samples although it stays in the manifest: `labelConflict`. */
  excluded: z.string().optional(),
  /** Pixels, after EXIF orientation. */
  width: z.int().positive(),
  height: z.int().positive(),
  meta: SampleMeta,
});
export type Sample = z.infer<typeof Sample>;

/** What a sample moves, is resampled and is counted as: its cluster, else its group, else itself. */
export function unitOf({ cluster, group, id }: Pick<Sample, 'cluster' | 'group' | 'id'>): string {
  return cluster ?? group ?? id;
}

/** Two samples that show the same picture. Of a set of copies only as many pairs are kept as tie it together. */
export const Pair = z.object({
  /** Ids; the first in the manifest's order stands first. */
  a: z.string(),
  b: z.string(),
  /** `exact`: equal pixels, whatever the file. `near`: the same picture, recompressed, resized, cropped, turned, brightened... */
  kind: z.enum(['exact', 'near']),
  /** 1 less the correlation of the two, laid over each other, in fine detail; 0 when exact. */
  distance: z.number(),
  /** What makes `b` of `a`: `none`, or `mirrored`, `rotated 90`..., and `cropped 4%`, joined by commas. */
  transform: z.string(),
});
export type Pair = z.infer<typeof Pair>;

/** A leak that a person took responsibility for: an event about a version, kept beside it. */
export const Acceptance = z.object({ reason: z.string().min(1), by: z.string(), at: z.string() });
export type Acceptance = z.infer<typeof Acceptance>;

export const Unreadable = z.object({ id: z.string(), reason: z.string() });
export type Unreadable = z.infer<typeof Unreadable>;

/** How a version's split came about. */
export const SplitRule = z.object({
  /**
   * `given`: by the source. `carved`: the source gave some splits, the missing ones were cut out of its train.
   * `made`: all by Osler. `fold`: one fold of k is val, the other folds are train, test is untouched.
   */
  kind: z.enum(['given', 'carved', 'made', 'fold']),
  /** Shares of train, val and test; they sum to 1. */
  fractions: z.object({ train: z.number(), val: z.number(), test: z.number() }),
  seed: z.int(),
  folds: z.int().optional(),
  fold: z.int().optional(),
  /** Units on both sides of the source's split were brought to one; imports that follow do the same. */
  mended: z.boolean().optional(),
});
export type SplitRule = z.infer<typeof SplitRule>;

/** Files or rows that were no sample for a reason other than being unreadable: masks, no label, no row... */
export const LeftOut = z.object({ reason: z.string(), count: z.int(), examples: z.array(z.string()) });
export type LeftOut = z.infer<typeof LeftOut>;

/** One immutable version of a dataset: the header that stands before its manifest of samples. */
export const DatasetRecord = z.object({
  name: z.string(),
  version: z.int().positive(),
  /** sha256 over the manifest: the version's content address. */
  digest: z.string(),
  parent: z.object({ version: z.int(), added: z.int(), removed: z.int(), changed: z.int() }).nullable(),
  createdAt: z.string(),
  /** Sorted; a label's index here is its class index everywhere. */
  classes: z.array(z.string()),
  /** Usable ones: those in a split. */
  samples: z.int(),
  /** Samples of the manifest that are in no split, by reason. */
  excluded: z.record(z.string(), z.int()).default({}),
  splits: z.record(Split, z.record(z.string(), z.int())),
  /** Distinct patients or lesions; 0 when the source names none. */
  groups: z.int(),
  /** Samples whose pixels equal an earlier sample's. */
  duplicates: z.int(),
  /** Pictures that are near copies of an earlier one. */
  nearDuplicates: z.int().default(0),
  /** Whether near copies were looked for. */
  nearSearched: z.boolean().default(false),
  unreadable: z.array(Unreadable),
  leftOut: z.array(LeftOut),
  split: SplitRule,
  source: z.object({ format: z.string(), given: z.boolean() }),
  /** `leaky` and the like; carried by everything made from this version. */
  stamps: z.array(z.string()),
  /** What the stamp `leaky` is for; null when nothing crosses. */
  leaks: LeakCounts.nullable().default(null),
});
export type DatasetRecord = z.infer<typeof DatasetRecord>;

/** A dataset version opened for reading. */
export interface Dataset {
  readonly record: DatasetRecord;
  /** The usable samples, all or those of one split, in the manifest's order. */
  samples(split?: Split): Sample[];
  /** Samples of the manifest that are in no split. */
  readonly excluded: Sample[];
  /** Samples (excluded ones too) that show the same picture, as found at import. */
  pairs(): Promise<Pair[]>;
  /** Who accepted that the version leaks, and why. */
  readonly accepted: Acceptance | null;
  /** Absolute path of a sample's file. */
  path(sample: Sample): string;
}
