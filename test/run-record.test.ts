/** The store spells out what data/ defines, as it stands on a lower floor: the two must say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { PreprocessSpec } from '../src/data/preprocess-spec.ts';
import { RunRecord } from '../src/store/run.ts';

test("a run's preprocessing is a PreprocessSpec", () => {
  assert.deepEqual(z.toJSONSchema(RunRecord.shape.preprocess), z.toJSONSchema(PreprocessSpec));
});
