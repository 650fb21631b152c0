/** What crosses a split, as the server counts it. */
export interface LeakCounts {
  groups: number;
  exact: number;
  near: number;
  exposed: { val: number; test: number };
}

/** "3 test and 1 validation images have a counterpart in training"; undefined where none has. */
export function exposedText({ exposed: { val, test } }: LeakCounts): string | undefined {
  const known = [...(test > 0 ? [`${test} test`] : []), ...(val > 0 ? [`${val} validation`] : [])];
  if (known.length === 0) return undefined;
  return `${known.join(' and ')} ${test + val === 1 ? 'image has' : 'images have'} a counterpart in training`;
}

/** "2 patients or lesions, 1 set of copies" */
export function crossingText({ groups, exact, near }: LeakCounts): string {
  const parts = [
    [groups, 'patient or lesion', 'patients or lesions'],
    [exact, 'set of copies', 'sets of copies'],
    [near, 'set of near copies', 'sets of near copies'],
  ] as const;
  const crossing = parts.filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`);
  return crossing.join(', ') || 'tied images';
}
