/** What an image took either way, in milliseconds. */
export interface Paces {
  narrow: number;
  wide: number;
}

/** Of a last duration that was longer, in the mean; a shorter one counts at once. */
const RECENT = 0.2;
/** So many images go one way before one goes the other, to see whether that still is slower: all processors are the better bet, and far slower where they are not. */
const PROBE = { narrow: 64, wide: 256 };

/** Which of two ways is faster, by what they took. */
export class Pace {
  private readonly means: Paces;
  /** Images since the other way was tried. */
  private since = 0;

  constructor(measured: Paces) {
    this.means = { ...measured };
  }

  /** Whether all processors should compute the next image. */
  choose(): boolean {
    const isWideFaster = this.means.wide < this.means.narrow;
    this.since += 1;
    if (this.since <= PROBE[isWideFaster ? 'wide' : 'narrow']) return isWideFaster;
    this.since = 0;
    return !isWideFaster;
  }

  note(wide: boolean, milliseconds: number): void {
    const way = wide ? 'wide' : 'narrow';
    const before = this.means[way];
    this.means[way] = Math.min(milliseconds, before + RECENT * (milliseconds - before));
  }
}
