import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../evaluate.ts';
import type { Subject } from '../../subject.ts';
import { fakePredictions } from '../../testing.ts';
import { modelCard } from '../card.ts';
import { NO_PARTS } from '../parts.ts';
import { CLAIM } from './claim.ts';
import { fill, openStatements } from './fill.ts';
import { STATEMENTS, type Statement } from './statements.ts';
import { TRIPOD } from './tripod.ts';

const bare: Subject = { kind: 'bundle', id: 'b', name: 'b', model: 'resnet18', dataset: null, facts: [], stamps: [] };
const predictions = fakePredictions({ samples: 60, classes: ['nevus', 'melanoma'], seed: 3 });
const evaluation = evaluate({ test: predictions, options: { resamples: 50 } });
const reportOf = (subject: Subject) => ({ file: { ...evaluation, subject }, parts: NO_PARTS });

test('every item of both publications is there once, in their order', () => {
  assert.deepEqual(
    CLAIM.items.map(({ number }) => number),
    Array.from({ length: 44 }, (_, i) => String(i + 1)),
  );
  const parts: Record<string, number> = { 3: 3, 5: 2, 6: 3, 8: 3, 9: 3, 12: 7, 18: 6, 20: 3, 23: 2, 27: 3 };
  const numbers = Array.from({ length: 27 }, (_, i) => i + 1).flatMap((n) =>
    parts[n] === undefined ? [String(n)] : Array.from({ length: parts[n] }, (_, k) => `${n}${'abcdefg'[k]}`),
  );
  assert.deepEqual(
    TRIPOD.items.map(({ number }) => number),
    numbers,
  );
});

test('what nobody said is open and named; what the record says is filled; both together complete an item', () => {
  const answers = [...fill(CLAIM, reportOf(bare)), ...fill(TRIPOD, reportOf(bare))];
  assert.ok(answers.every(({ status, text }) => (status === 'open') === (text.length === 0)));
  const open = openStatements(answers);
  assert.equal(new Set(open).size, open.length);
  const item = (list: typeof CLAIM, number: string, subject: Subject) =>
    fill(list, reportOf(subject)).find((answer) => answer.number === number)!;
  assert.equal(item(CLAIM, '44', bare).status, 'open');
  assert.deepEqual(item(CLAIM, '44', bare).open, { say: 'funding', next: null });
  assert.equal(item(CLAIM, '28', bare).status, 'filled');
  assert.equal(item(CLAIM, '30', bare).open.next, 'osler stress RUN');
  assert.equal(item(CLAIM, '1', bare).status, 'partly');
  assert.equal(item(CLAIM, '1', { ...bare, about: { title: 'T' } }).status, 'filled');

  const all = Object.fromEntries(Object.keys(STATEMENTS).map((key) => [key, `about ${key}`]));
  const said = [CLAIM, TRIPOD].flatMap((list) => fill(list, reportOf({ ...bare, about: all })));
  assert.deepEqual(openStatements(said), []);
  // Nothing is asked for that no list needs.
  const needed = new Set([...CLAIM.items, ...TRIPOD.items].map(({ say }) => say));
  assert.deepEqual(
    (Object.keys(STATEMENTS) as Statement[]).filter((key) => !needed.has(key)),
    [],
  );
});

test('the model card holds what was measured and what is open, and no name of a sample', () => {
  const card = modelCard(reportOf({ ...bare, name: 'a <b> *c*', about: { intendedUse: 'Triage\nof | moles.' } }));
  for (const part of [
    '## Intended use',
    'Triage of \\| moles.',
    '| AUROC |',
    '## Limits',
    '*Open (`ethics`):*',
    'a \\<b\\> \\*c\\*',
  ])
    assert.ok(card.includes(part), part);
  assert.doesNotMatch(card, /NaN|undefined|images\/0|patient-\d/);
});
