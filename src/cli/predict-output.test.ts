import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testManifest } from '../bundle/testing.ts';
import { OslerError } from '../errors.ts';
import { csvHeader, csvRow, decisionNote, predictionTable, setWords, toErrorRow } from './predict-output.ts';

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

test('CSV of a stamped model has the stamp with its counts in every row', () => {
  const manifest = (changes: object) => ({ format: 'osler-bundle/1' as const, files: {}, ...testManifest(changes) });
  assert.doesNotMatch(csvHeader(manifest({})), /stamps/);
  const leaky = manifest({ stamps: ['leaky'] });
  assert.match(csvHeader(leaky), /,stamps,error$/);
  const leaks = { groups: 2, exact: 0, near: 0, exposed: { val: 0, test: 3 } };
  const probabilities = { benign: 0.3, malignant: 0.7 };
  const row = csvRow({ file: 'a.png', label: 'malignant', probabilities, stamps: ['leaky'], leaks }, leaky);
  assert.match(row, /,leaky \(2 groups on both sides of the split; 3 test images have a counterpart in train\),$/);
  const failed = csvRow(toErrorRow('b.png', new OslerError('IMAGE_UNREADABLE', 'cut off')), leaky);
  assert.equal(failed.split(',').length, csvHeader(leaky).split(',').length);
});

test('a set of classes is told in whole names, the positive ones first, and what has no room is counted', () => {
  const labels = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv'];
  assert.equal(setWords(labels, ['mel', 'bcc'], 100), 'bcc, mel, akiec, bkl, df, nv');
  assert.equal(setWords(labels, ['mel', 'bcc'], 20), 'bcc, mel and 4 more');
  assert.equal(setWords(['squamous cell carcinoma', 'basal cell carcinoma'], [], 20), '2 classes');
  assert.equal(setWords([], [], 20), 'none');
  const manifest = { format: 'osler-bundle/1' as const, files: {}, ...testManifest({ labels }) };
  const conformal = { coverage: 0.9, alpha: 0.1 } as unknown as typeof manifest.conformal;
  const file = `${'deep/'.repeat(40)}a.png`;
  const row = { file, label: 'mel', probabilities: { mel: 1 }, set: { labels, coverage: 0.9 } as never };
  const lines = (width: number | null) => predictionTable([row], { ...manifest, conformal }, width).join('\n');
  assert.ok(lines(null).includes(file) && lines(null).includes('df, mel, nv'), 'nothing is cut where no terminal is');
  assert.ok(!lines(80).includes(file));
});
