import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { evaluate } from '../evaluate.ts';
import { EvaluationFile, type Subject } from '../evaluation.ts';
import { accuracy, auroc } from '../metrics/index.ts';
import { fakePredictions } from '../testing.ts';
import { writeReport } from './write.ts';

const classes = ['a "quoted", b', '<script>alert(1)</script>', 'c'];
const subject: Subject = {
  kind: 'run',
  id: '0'.repeat(32),
  name: 'lesions <b>',
  model: 'resnet18',
  dataset: { name: 'd', version: 1, digest: 'f'.repeat(64), splits: { test: { [classes[0]!]: 3 } }, unreadable: 1 },
  facts: [['Seed', '1']],
  stamps: ['leaky'],
};

test('a report: the three files agree, and the page is whole, safe and needs nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-report-'));
  try {
    const predictions = fakePredictions({ samples: 60, classes, seed: 1 });
    predictions.ids[0] = 'comma, "quote"\nline.png';
    const options = { positive: [classes[1]!], resamples: 50 };
    const evaluation = evaluate({ validation: predictions, test: predictions, options });
    const paths = await writeReport(join(folder, 'new', 'test'), { evaluation, predictions, subject });
    assert.deepEqual(readdirSync(join(folder, 'new', 'test')).sort(), [
      'evaluation.json',
      'model-card.md',
      'predictions.csv',
      'report.html',
    ]);

    const file = EvaluationFile.parse(JSON.parse(readFileSync(paths.json, 'utf8')));
    assert.deepEqual(file, { ...evaluation, subject });
    for (const key of ['metrics', 'per_class_metrics', 'class_names', 'confusion_matrix']) assert.ok(key in file);

    const text = readFileSync(paths.csv, 'utf8');
    assert.ok(text.endsWith('\r\n'));
    const rows = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    assert.equal(rows.length, 60);
    assert.equal(rows[0]!.id, predictions.ids[0]);
    const is = rows.map((row) => row.label === classes[1]);
    assert.equal(
      auroc(
        is,
        rows.map((row) => Number(row.p_positive)),
      ),
      evaluation.metrics.auroc.value,
    );
    const index = (name: string) => rows.map((row) => classes.indexOf(row[name]!));
    assert.equal(accuracy(index('label'), index('predicted')), evaluation.metrics.accuracy.value);

    const page = readFileSync(paths.page, 'utf8');
    assert.ok(!page.includes('<script'), 'a class name is text, not code');
    assert.ok(!/NaN|undefined|Infinity/.test(page));
    assert.ok(!/(src|href)="(?!data:|#)|url\(|@import/.test(page), 'nothing is loaded');
    for (const word of ['leaky', 'AUROC', 'Operating point', '<svg', 'prefers-color-scheme'])
      assert.ok(page.includes(word), word);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('pages of what cannot be estimated hold no NaN', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-report-'));
  try {
    for (const samples of [1, 3, 10]) {
      const predictions = fakePredictions({ samples, classes, seed: samples, prevalence: [1, 0, 0] });
      const evaluation = evaluate({ test: predictions, options: { resamples: 20 } });
      const bare: Subject = { ...subject, dataset: null, stamps: [] };
      const { page } = await writeReport(folder, { evaluation, predictions, subject: bare });
      assert.ok(!/NaN|undefined|Infinity/.test(readFileSync(page, 'utf8')));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
