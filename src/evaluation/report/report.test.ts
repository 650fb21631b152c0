import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { evaluate } from '../evaluate.ts';
import { EvaluationFile, type Subject } from '../evaluation.ts';
import { accuracy, auroc } from '../metrics/index.ts';
import { METRIC_GROUPS } from '../metrics/words.ts';
import { fakePredictions } from '../testing.ts';
import { modelCard } from './card.ts';
import { placedLabel } from './interval-words.ts';
import { reportPage } from './page.ts';
import { performanceTable } from './tables.ts';
import { fakeReport } from './testing.ts';
import { repeats } from './words.ts';
import { renewReport, writeReport } from './write.ts';

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

const NOT_A_NUMBER = /NaN|undefined|Infinity|\[object/;

test('every part is on the page, in the order of a reviewer, and nothing in it is code', () => {
  const { file, parts } = fakeReport({ classes, samples: 90 });
  const page = reportPage(file, parts);
  const ids = [...page.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id!);
  // Of several runs only: it stands where its own test says.
  assert.deepEqual(
    ids.filter((id) => id !== 'repeats'),
    [
      'task',
      'data',
      'split',
      'model',
      'performance',
      'calibration',
      'doubt',
      'subgroups',
      'robustness',
      'errors',
      'explanations',
      'limits',
      'reproducibility',
      'checklist',
    ],
  );
  assert.ok(ids.every((id) => page.includes(`<a href="#${id}">`)));
  assert.doesNotMatch(page, /<script|<b>lesions|<i>trial|images\/<1>/);
  assert.doesNotMatch(page, NOT_A_NUMBER);
  for (const words of [
    '4 with conflicting labels',
    'by somebody on 2026-01-03',
    'Second &lt;b&gt;.',
    'gate',
    '11,000,000',
  ])
    assert.ok(page.toLowerCase().includes(words.toLowerCase()), words);
  assert.doesNotMatch(modelCard({ file, parts }), /NaN|undefined|Infinity|images\//);
});

test('a reader can add up the groups, and sees how many images were damaged', () => {
  const { file, parts } = fakeReport({ classes, samples: 90 });
  const flow = file.subject.dataset!.flow!;
  const all = reportPage(file, parts);
  assert.ok(all.includes('99 patients or lesions named; 5 exact copies'));
  assert.ok(!all.includes('is a group of its own'));
  assert.ok(all.includes('on the 90 images of this split'));

  flow.units.train = 50;
  const some = reportPage(file, { ...parts, stress: { ...parts.stress!, samples: 40 } });
  assert.ok(some.includes('99 patients or lesions named; an image without one is a group of its own'));
  assert.ok(some.includes('on 40 of the 90 images of this split'));
});

test('the command that measures again is one that a shell takes, with the rule of the threshold', () => {
  const { file, parts } = fakeReport({ classes: ["Bowen's disease", 'basal cell carcinoma', 'nevus'], samples: 60 });
  const point = { ...file.operatingPoint!, from: 'validation' as const, rule: 'sensitivity=0.9' };
  const subject = { ...file.subject, views: 'mirrors' as const };
  const page = reportPage({ ...file, subject, positive: file.class_names.slice(0, 2), operatingPoint: point }, parts);
  const quoted =
    '--positive &#39;Bowen&#39;\\&#39;&#39;s disease,basal cell carcinoma&#39; --rule sensitivity=0.9 --views mirrors ';
  assert.ok(page.includes(quoted), /<pre>osler reproduce[^<]*/.exec(page)?.[0]);
  // What is as usual is left out; what was asked for otherwise is not.
  assert.ok(!/--(coverage|false-alarms|at-s)/.test(page));
  const references = { ...file.references, specificity: 0.8 };
  const conformal = file.conformal && { ...file.conformal, applied: { ...file.conformal.applied, coverage: 0.8 } };
  const asked = reportPage({ ...file, references, conformal, classRule: null }, parts);
  assert.ok(asked.includes(' --decision likeliest --coverage 0.8 --at-specificity 0.8 --subgroups '));
  const columns = [{ name: 'sex', kind: 'values' as const, levels: [], missing: 0 }];
  const bySex = { ...file, subgroups: { ...file.subgroups!, columns } };
  assert.ok(reportPage(bySex, parts).includes(' --subgroups sex --resamples '));
  assert.ok(reportPage({ ...file, subgroups: null }, parts).includes(' --subgroups none --resamples '));
  const metrics = { ...file.metrics, accuracy: { ...file.metrics.accuracy!, method: 'clopperPearson' as const } };
  assert.ok(reportPage({ ...file, metrics }, parts).includes(' --proportions clopper-pearson '));
  const fixed = { ...file.operatingPoint!, from: 'given' as const, rule: 'threshold=0.5' };
  const at = (operatingPoint: typeof file.operatingPoint, kind: 'run' | 'bundle') =>
    reportPage({ ...file, positive: ['nevus'], operatingPoint, subject: { ...file.subject, kind } }, parts);
  assert.ok(at(fixed, 'run').includes(' --positive nevus --rule threshold=0.5 '));
  assert.ok(at(fixed, 'bundle').includes(' --positive nevus --rule threshold=0.5 '));
  // Any word of the question would have a bundle's own operating point fitted anew.
  const [own] = /osler evaluate [^<]*--seed/.exec(at({ ...fixed, rule: 'youden' }, 'bundle'))!;
  assert.ok(!/--(positive|rule|views)/.test(own), own);
  assert.ok(at(point, 'bundle').includes(' --positive nevus --rule sensitivity=0.9 '));
  const uncut = { ...file.subgroups!, columns: [], skipped: [{ name: 'dx', reason: 'follows from the label' }] };
  assert.ok(reportPage({ ...file, subgroups: uncut }, parts).includes(' --subgroups dx --resamples '));
  // And what one network costs is said alike everywhere.
  assert.ok(page.includes('None: one network, mean of four') && !page.includes('one pass.'));
});

test('a training on images that grew says so', () => {
  const { file, parts } = fakeReport({ classes, samples: 40 });
  const of = (progressive: { from: number; until: number } | null, epoch = 3, more = {}) => {
    const training = file.subject.training!;
    const settings = { epochs: 3, batchSize: 8, earlyStopping: null, progressive, ...more };
    const config = { ...training.config, training: settings };
    const best = { ...training.best!, epoch };
    return reportPage({ ...file, subject: { ...file.subject, training: { ...training, best, config } } }, parts);
  };
  const said = (how: string) => `batches of 8, images growing from 0.6 of their side, ${how}, `;
  assert.ok(of({ from: 0.6, until: 0.3 }, 2).includes(said('whole after 0.3 of the epochs')));
  assert.ok(
    of({ from: 0.6, until: 0.5 }, 1).includes(said('whole after 0.5 of the epochs, which the chosen one is before')),
  );
  assert.ok(of({ from: 0.6, until: 0.75 }).includes(said('never whole')));
  assert.ok(!of({ from: 0.6, until: 0.3 }, 2, { overfitBatches: 2 }).includes('growing'));
  assert.ok(!of(null).includes('growing'));
});

test('metrics that have no value for the same reason are one row of their group', () => {
  const evaluation = evaluate({
    validation: fakePredictions({ samples: 60, classes, seed: 1 }),
    test: fakePredictions({ samples: 60, classes, seed: 2 }),
    options: { resamples: 20 },
  });
  const table = performanceTable(evaluation);
  const unknown = METRIC_GROUPS.flatMap(({ metrics }) =>
    metrics.filter(([name]) => evaluation.metrics[name].value === null && !repeats(evaluation, name)),
  );
  const said = table.split('no class is named as positive').length - 1;
  assert.ok(unknown.length > said && said === 1, `${unknown.length} metrics, said ${said} times`);
  for (const [name, label] of unknown) assert.ok(table.includes(placedLabel(name, label, evaluation)), label);
});

test('pages of what cannot be estimated hold no NaN', () => {
  for (const flat of [false, true]) {
    for (const [samples, prevalence] of [
      [1, undefined],
      [3, [1, 0, 0]],
      [10, [1, 0, 0]],
      [10, [0, 1, 0]],
      [10, undefined],
      [40, undefined],
    ] as const) {
      for (const names of [classes, classes.slice(0, 2)]) {
        const shares = prevalence?.slice(0, names.length);
        const { file, parts } = fakeReport({
          classes: names,
          samples,
          flat,
          masked: samples > 10,
          ...(shares && { prevalence: shares }),
        });
        for (const subject of [file.subject, { ...file.subject, dataset: null, training: null, stamps: [] }]) {
          const report = { file: { ...file, subject }, parts };
          assert.doesNotMatch(reportPage(report.file, parts), NOT_A_NUMBER);
          assert.doesNotMatch(reportPage(report.file), NOT_A_NUMBER);
          assert.doesNotMatch(modelCard(report), NOT_A_NUMBER);
        }
      }
    }
  }
});

test('parts of another subject, split, checkpoint or of other views are passed over; a renewed report shows the new ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-report-'));
  try {
    assert.equal(await renewReport(folder), null);
    const { file, parts, predictions } = fakeReport({ classes, samples: 60 });
    const { subject: own, ...evaluation } = file;
    const errors = parts.errors!;
    const { page } = await writeReport(folder, { evaluation, predictions, subject: own, errors });
    const text = () => readFileSync(page, 'utf8');
    assert.match(text(), /was not checked/);
    const write = (changes: object) =>
      writeFileSync(join(folder, 'explanations.json'), JSON.stringify({ ...parts.explanations, ...changes }));
    for (const other of [{ subject: 'x' }, { split: 'val' }, { epoch: 1 }, { views: 'mirrors' }]) {
      write(other);
      await renewReport(folder);
      assert.match(text(), /was not checked/);
    }
    write({});
    const stress = (subject: object) =>
      writeFileSync(join(folder, 'stress.json'), JSON.stringify({ ...parts.stress, subject }));
    stress({ ...own, views: 'mirrors' });
    await renewReport(folder);
    assert.match(text(), /get worse was not measured/);
    stress(own);
    await renewReport(folder);
    assert.doesNotMatch(text(), /was not checked|get worse was not measured/);
    // Measured anew in other views: what was made of the first network is not of this one.
    await writeReport(folder, { evaluation, predictions, subject: { ...own, views: 'mirrors' }, errors });
    assert.match(
      text(),
      /was not checked[\s\S]*get worse was not measured|get worse was not measured[\s\S]*was not checked/,
    );
    writeFileSync(join(folder, 'explanations.json'), '{}');
    await assert.rejects(renewReport(folder), /explanations\.json is not what its name says/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
