import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

/** Asks so many times, and notes what each way takes; how often all processors were chosen. */
function go(pace: Pace, times: number, took: { wide: number; narrow: number }): number {
  let chosen = 0;
  for (let i = 0; i < times; i++) {
    const wide = pace.choose();
    pace.note(wide, wide ? took.wide : took.narrow);
    chosen += Number(wide);
  }
  return chosen;
}

test('what was measured before the first image decides; the slower way is tried so seldom that no five-hundredth image feels it', () => {
  const calm = { wide: 6, narrow: 11 };
  assert.equal(go(new Pace(calm), 256, calm), 256, 'no image pays for learning');
  assert.ok(go(new Pace(calm), 2_000, calm) > 1_996);
  const busy = { wide: 40, narrow: 11 };
  assert.equal(go(new Pace(busy), 64, busy), 0);
});

test('it follows what the machine has to do besides, and one slow answer changes nothing', () => {
  const [calm, busy] = [
    { wide: 6, narrow: 11 },
    { wide: 40, narrow: 12 },
  ];
  const pace = new Pace(calm);
  pace.note(true, 300);
  assert.equal(pace.choose(), true);
  assert.ok(go(pace, 100, busy) <= 6, 'another program has the processors');
  assert.ok(go(pace, 200, calm) >= 130, 'it is gone: the first image that tries it shows that');
});

test('a slow moment at the start is not what is believed for ever', () => {
  const pace = new Pace({ wide: 200, narrow: 11 });
  assert.ok(go(pace, 200, { wide: 6, narrow: 11 }) >= 130);
});
