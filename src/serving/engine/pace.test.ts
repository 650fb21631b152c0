import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

test('both ways are tried, then the faster one is taken, and the other looked at now and then', () => {
  const pace = new Pace();
  const took = { wide: 6, narrow: 11 };
  const step = (): boolean => {
    const wide = pace.choose();
    pace.note(wide, wide ? took.wide : took.narrow);
    return wide;
  };
  assert.deepEqual([step(), step()], [true, false]);
  const calm = Array.from({ length: 96 }, step);
  assert.equal(calm.filter((wide) => !wide).length, 4);
  took.wide = 40;
  const busy = Array.from({ length: 96 }, step);
  assert.ok(busy.slice(10).filter((wide) => wide).length <= 4, 'another program has the processors');
  took.wide = 6;
  const again = Array.from({ length: 480 }, step);
  assert.ok(again.slice(-96).filter((wide) => wide).length > 80, 'and it is gone');
});
