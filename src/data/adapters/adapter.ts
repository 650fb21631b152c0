import type { SampleMeta, Split } from '../sample.ts';

/** One image of a source, before it was looked at. */
export interface Entry {
  /** Path inside the source, with `/`; unique in it. */
  id: string;
  /** Absent where a metadata table has to say it. */
  label?: string;
  given?: Split;
  group?: string;
  meta: SampleMeta;
  content: FileContent | ArchiveContent;
}

export interface FileContent {
  kind: 'file';
  /** Absolute. */
  path: string;
}

/** An image inside a larger file. */
export interface ArchiveContent {
  kind: 'archive';
  /** Says which bytes these are without reading them: the archive's path and the place in it. */
  key: string;
  /** Says whether the archive changed: size, time, inode. */
  fingerprint: string;
  /** As a PNG file; absent when `known` said that they were read before. */
  bytes: Uint8Array | undefined;
  width: number;
  height: number;
}

/** A file or row that becomes no sample. */
export interface Skipped {
  skipped: string;
  id: string;
}

export type Item = Entry | Skipped;

/** A source whose layout is understood. */
export interface Source {
  format: string;
  /** How it was understood, for the reader: "classes by folder, Train and Test given". */
  description: string;
  /** Images expected, for the progress bar; counted by names only. */
  count(): Promise<number>;
  /** In no particular order; never held in memory as a whole. `known` says whether an archive's image was read before. */
  items(known: (key: string, fingerprint: string) => boolean): AsyncIterable<Item>;
  /** Remarks that are complete once all items were read. */
  notes(): string[];
}
