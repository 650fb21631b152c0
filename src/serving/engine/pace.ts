/** Of the last duration in the mean. */
const RECENT = 0.2;
/** One image in so many goes the way that was slower, to see whether it still is. */
const PROBE = 24;

/** Which of two ways is faster, by what they took. */
export class Pace {
  private readonly means: { narrow: number | null; wide: number | null } = { narrow: null, wide: null };
  private asked = 0;

  /** Whether all processors should compute the next image. */
  choose(): boolean {
    const { narrow, wide } = this.means;
    if (wide === null) return true;
    if (narrow === null) return false;
    this.asked += 1;
    const isWideFaster = wide < narrow;
    return this.asked % PROBE === 0 ? !isWideFaster : isWideFaster;
  }

  note(wide: boolean, milliseconds: number): void {
    const way = wide ? 'wide' : 'narrow';
    const before = this.means[way];
    this.means[way] = before === null ? milliseconds : before + RECENT * (milliseconds - before);
  }
}
