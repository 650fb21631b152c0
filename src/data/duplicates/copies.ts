import { Links } from '../split/links.ts';

/** Two files' contents, by their sha256, that show the same picture. */
export interface ContentPair {
  a: string;
  b: string;
  kind: 'exact' | 'near';
  distance: number;
  transform: string;
}

/** Which contents show the same picture: sets of exact copies, within sets of near copies. Only what has a copy takes memory. */
export class Copies {
  private readonly exact = new Links();
  private readonly near = new Links();
  private readonly tied = new Set<string>();
  readonly pairs: readonly ContentPair[];

  constructor(pairs: readonly ContentPair[]) {
    this.pairs = pairs;
    for (const { a, b, kind } of pairs) {
      if (kind === 'exact') this.exact.tie(a, b);
      this.near.tie(a, b);
      this.tied.add(a).add(b);
    }
  }

  /** Whether another content shows the same picture. */
  has(sha256: string): boolean {
    return this.tied.has(sha256);
  }

  /** The name of a content's set of exact copies: the smallest sha256 in it. */
  exactOf(sha256: string): string {
    return this.exact.root(sha256);
  }

  /** The name of a content's set of near copies, exact ones included. */
  pictureOf(sha256: string): string {
    return this.near.root(sha256);
  }
}
