import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { decisionNote, toErrorRow } from './predict-output.ts';

test('a label that is not the most probable class is explained', () => {
  const probabilities = { mel: 0.3, nev: 0.6, bcc: 0.1 };
  const likeliest = { file: 'a.png', label: 'nev', probabilities };
  const failed = toErrorRow('c.png', new OslerError('IMAGE_UNREADABLE', 'It is cut off.'));
  const classRule = { method: 'balanced' as const, tau: 0.6, shares: [0.2, 0.7, 0.1] };
  const rows = [likeliest, { ...likeliest, label: 'mel' }, failed];
  assert.equal(decisionNote([likeliest, failed], { classRule }), null);
  assert.match(decisionNote(rows, { classRule })!, /^1 of 3 .*balanced/);
  assert.equal(decisionNote(rows, { classRule: null }), null, 'the operating point decides');
});
