import { InvalidArgumentError } from 'commander';

/** A parser for whole-number options; the message names the range. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`A whole number from ${low} to ${high} was expected.`);
    }
    return value;
  };
}

/** A parser for shares; the message names the range. */
export function share(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= low && value <= high)) {
      throw new InvalidArgumentError(`A number from ${low} to ${high} was expected.`);
    }
    return value;
  };
}

/** A parser for options that may be given again. */
export function collect(text: string, known: string[]): string[] {
  return [...known, text];
}
