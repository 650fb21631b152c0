/** What an image took either way, in milliseconds. */
export interface Paces {
  narrow: number;
  wide: number;
}

/** Of the last duration in the mean. */
const RECENT = 0.2;
/** No duration counts for more than so many times the mean: a hiccup of the machine is no reason to change. */
const MOST = 2;
/**
 * So many images go one way before one goes the other, to see whether that still is slower. All processors are the better bet, and far slower where they are not:
 * then their own mean shows it, and an image that goes the other way is one of the slowest of all.
 */
const PROBE = { narrow: 64, wide: 1_024 };

/** Which of two ways is faster, by what they took. */
export class Pace {
  private readonly means: Paces;
  /** Images since the other way was tried. */
  private since = 0;

  constructor(measured: Paces) {
    this.means = { ...measured };
  }

  private get isWideFaster(): boolean {
    return this.means.wide < this.means.narrow;
  }

  /** Whether all processors should compute the next image. */
  choose(): boolean {
    const { isWideFaster } = this;
    this.since += 1;
    if (this.since <= PROBE[isWideFaster ? 'wide' : 'narrow']) return isWideFaster;
    this.since = 0;
    return !isWideFaster;
  }

  note(wide: boolean, milliseconds: number): void {
    const way = wide ? 'wide' : 'narrow';
    const before = this.means[way];
    // Where the slower way is tried and is fast, all that is known of it from before is out of date.
    const isNews = wide !== this.isWideFaster && milliseconds < before;
    this.means[way] = isNews ? milliseconds : before + RECENT * (Math.min(milliseconds, MOST * before) - before);
  }
}
