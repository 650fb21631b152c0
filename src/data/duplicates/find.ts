import { availableParallelism } from 'node:os';
import type { OnProgress } from '../../progress.ts';
import { ThreadPool } from '../../threads/thread-pool.ts';
import { Links } from '../split/links.ts';
import type { ContentPair } from './copies.ts';
import { nearest } from './forest.ts';
import { spread } from './plane.ts';
import { describe, LENGTH, WINDOWS } from './spectrum.ts';
import type { Side, Suspect, Verdict } from './verify.ts';
import type { Question, Reply } from './verify-worker.ts';
import { project, type Whitening, whitening } from './whiten.ts';

/** The contents to look through. What is asked for one by one may come from a disk. */
export interface Contents {
  /** All of them, each once, in an order that depends on them alone. */
  hashes: readonly string[];
  fingerprint(sha256: string): Uint8Array;
  file(sha256: string): { path: string; width: number; height: number };
}

export interface FindOptions {
  /** Near copies too, not only exact ones. */
  near: boolean;
  /** From so many pictures on their descriptions must agree in the second part too: STRICT, but for tests. */
  strictFrom?: number;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** Numbers that a picture is searched by. */
const SIZE = 24;
/** The others of its description, which must agree too, and how short they are (`LEAST`). */
const SECOND = LENGTH - SIZE + 1;
const STRIDE = SIZE + SECOND;
/** Pictures that the whitening is computed from. */
const LEARNT = 2048;
/** Suspects of each picture, and how near they must be. */
const MOST = 12;
const COSINE = 0.78;
/**
 * How near the second part of their descriptions must be. By the first part alone the suspects of different pictures grow with the square
 * of their number, and at 100,000 pictures take most of the time. Of known copies 0.77 is the least that was measured; of two photographs
 * of one lesion 0.30 (4 of the 10 pairs of isic9 are below 0.6), so fewer pictures are searched without.
 */
const AGREE = 0.6;
const STRICT = 16_384;
/** What a second part is compared with: shorter ones are noise, as where a set holds few different pictures, and agree with anything. */
const LEAST = 2;
/** Standard deviation of the fingerprint's shades below which a picture is flat: nothing in it can be compared. */
const FLAT = 1.5;
/** Suspects decided on before the next are chosen: what is tied by then need not be looked at. */
const ROUND = 2048;
const BATCH = 32;
/** Suspects that the thread which is there decides alone: another takes as long to start. */
const ALONE = 128;
/** Contents whose search takes longer than the start of a thread. */
const MANY = 256;

/**
 * Finds contents that show the same picture: equal in every pixel, or recompressed, resized, cropped by a few percent, turned by
 * quarters, mirrored, brightened. Each picture is searched by a description that these hardly change (`spectrum`), in a forest of
 * random projection trees, so that its time grows as n log n and not as n^2; what is found, at most MOST of each picture, is decided in threads, on the
 * fingerprints and then on the files' own pixels (`verify`). Of a set of copies only as many pairs are given as tie it
 * together. The same contents give the same pairs.
 */
export async function findCopies(contents: Contents, options: FindOptions): Promise<ContentPair[]> {
  const { hashes } = contents;
  const threads = new ThreadPool<Question, Reply>({
    file: new URL('./verify-worker.ts', import.meta.url),
    name: 'verify',
    size: availableParallelism(),
    each: 2,
  });
  try {
    const lively: number[] = [];
    const flat: number[] = [];
    for (const [i, sha] of hashes.entries()) {
      (spread(contents.fingerprint(sha)) < FLAT ? flat : lively).push(i);
    }
    // A thread takes a quarter of a second to start: it does so while this one searches.
    if (lively.length >= MANY) threads.grow();
    const pairs = await equalFlats(flat, contents, threads);
    if (lively.length > 1)
      pairs.push(...(await decide(suspectsOf(lively, contents, options), contents, options, threads)));
    return pairs;
  } finally {
    await threads.close();
  }
}

/** Pictures without any detail are compared by their pixels alone. */
async function equalFlats(
  flat: readonly number[],
  contents: Contents,
  threads: ThreadPool<Question, Reply>,
): Promise<ContentPair[]> {
  const firsts = new Map<string, string>();
  const pairs: ContentPair[] = [];
  for (let from = 0; from < flat.length; from += ROUND) {
    const part = flat.slice(from, from + ROUND).map((i) => contents.hashes[i]!);
    const replies = await Promise.all(
      chunks(part, BATCH).map((some) =>
        threads.run(() => ({ request: { digests: some.map((sha) => contents.file(sha).path) }, transfer: [] })),
      ),
    );
    for (const [k, digest] of replies.flatMap((reply) => ('digests' in reply ? reply.digests : [])).entries()) {
      const first = firsts.get(digest);
      if (first === undefined) firsts.set(digest, part[k]!);
      else pairs.push({ a: first, b: part[k]!, kind: 'exact', distance: 0, transform: 'none' });
    }
  }
  return pairs;
}

/** Pairs of contents, by index, that may be one picture; each once. */
function suspectsOf(lively: readonly number[], contents: Contents, options: FindOptions): [number, number][] {
  const { hashes } = contents;
  const { onProgress, signal } = options;
  const learnt = learn(lively, contents);
  const values = new Float32Array(lively.length * STRIDE);
  const perPoint = WINDOWS - 1;
  const queries = new Float32Array(options.near ? lively.length * perPoint * STRIDE : 0);
  const row = new Float32Array(LENGTH);
  const put = (out: Float32Array, at: number): void => {
    project(row, learnt.first, out, at);
    project(row, learnt.second, out, at + SIZE, LEAST);
  };
  for (const [k, i] of lively.entries()) {
    const fingerprint = contents.fingerprint(hashes[i]!);
    for (let window = 0; window < (options.near ? WINDOWS : 1); window++) {
      describe(fingerprint, window, row);
      if (window === 0) put(values, k * STRIDE);
      else put(queries, (k * perPoint + window - 1) * STRIDE);
    }
    if (k % 1000 === 999) signal?.throwIfAborted();
  }
  const { others } = nearest(
    { values, size: SIZE, stride: STRIDE, count: lively.length },
    { values: queries, perPoint: options.near ? perPoint : 0 },
    {
      cosine: COSINE,
      agree: lively.length < (options.strictFrom ?? STRICT) ? -1 : AGREE,
      most: MOST,
      step: (done, total) => {
        signal?.throwIfAborted();
        onProgress?.({ task: 'looking for copies', done, total });
      },
    },
  );
  const suspects: [number, number][] = [];
  // Everybody's nearest first: most of a set is tied together by then, and the rest of its pairs need no look.
  for (let rank = 0; rank < MOST; rank++) {
    for (let k = 0; k < lively.length; k++) {
      const other = others[k * MOST + rank]!;
      if (other < 0) continue;
      // Each is mostly in the other's list too: the better place gives the pair.
      const back = others.subarray(other * MOST, (other + 1) * MOST).indexOf(k);
      if (back >= 0 && (back < rank || (back === rank && other < k))) continue;
      suspects.push([lively[Math.min(k, other)]!, lively[Math.max(k, other)]!]);
    }
  }
  return suspects;
}

/** The components of most variance, and the others. */
function learn(lively: readonly number[], contents: Contents): Record<'first' | 'second', Whitening> {
  const step = Math.max(1, Math.floor(lively.length / LEARNT));
  const rows: Float32Array[] = [];
  for (let k = 0; k < lively.length; k += step) {
    const row = new Float32Array(LENGTH);
    describe(contents.fingerprint(contents.hashes[lively[k]!]!), 0, row);
    rows.push(row);
  }
  const { mean, rows: all } = whitening(rows, LENGTH);
  return { first: { mean, rows: all.slice(0, SIZE) }, second: { mean, rows: all.slice(SIZE) } };
}

async function decide(
  suspects: readonly [number, number][],
  contents: Contents,
  options: FindOptions,
  threads: ThreadPool<Question, Reply>,
): Promise<ContentPair[]> {
  const { hashes } = contents;
  const exact = new Links();
  const picture = new Links();
  const pairs: ContentPair[] = [];
  const known = (a: string, b: string): boolean =>
    exact.root(a) === exact.root(b) || (picture.root(a) === picture.root(b) && !mayBeEqual(a, b, contents));
  let done = 0;
  for (const round of chunks(suspects, ROUND)) {
    options.signal?.throwIfAborted();
    const open = round.map(([i, j]) => [hashes[i]!, hashes[j]!] as const).filter(([a, b]) => !known(a, b));
    const replies = await Promise.all(
      chunks(open, open.length <= ALONE ? ALONE : BATCH).map((some) =>
        threads.run(() => ({ request: request(some, contents, options), transfer: [] })),
      ),
    );
    const verdicts: Verdict[] = replies.flatMap((reply) => ('verdicts' in reply ? reply.verdicts : []));
    for (const [k, [a, b]] of open.entries()) {
      const verdict = verdicts[k];
      if (verdict == null || exact.root(a) === exact.root(b)) continue;
      if (verdict.kind === 'near' && picture.root(a) === picture.root(b)) continue;
      if (verdict.kind === 'exact') exact.tie(a, b);
      picture.tie(a, b);
      pairs.push({ a, b, ...verdict });
    }
    done += round.length;
    options.onProgress?.({ task: 'comparing pictures', done, total: suspects.length });
  }
  return pairs;
}

function request(pairs: readonly (readonly [string, string])[], contents: Contents, { near }: FindOptions): Question {
  const side = (sha: string): Side => ({ ...contents.file(sha), fingerprint: contents.fingerprint(sha) });
  return { suspects: pairs.map(([a, b]): Suspect => ({ a: side(a), b: side(b) })), near };
}

/** Near copies of each other may still be exact ones, if they are as large. */
function mayBeEqual(a: string, b: string, contents: Contents): boolean {
  const [one, two] = [contents.file(a), contents.file(b)];
  return one.width === two.width && one.height === two.height;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
