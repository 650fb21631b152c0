/** Every page of evidence on data that can hardly tell anything: a browser shows no NaN, no undefined, no infinity, and nothing sticks out. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { auditDataset } from '../../src/audit/audit-dataset.ts';
import { auditPage } from '../../src/audit/page/page.ts';
import { suspectsPage } from '../../src/audit/suspects/page.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { classes as folders, importAs, lay } from '../../src/data/testing.ts';
import { compare } from '../../src/evaluation/comparison/compare.ts';
import { comparisonPage } from '../../src/evaluation/comparison/page/page.ts';
import { errorCases } from '../../src/evaluation/error-cases.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import type { Predictions } from '../../src/evaluation/predictions.ts';
import { exposureOf, subgroupsOf } from '../../src/evaluation/repeats/apart.ts';
import { spreads } from '../../src/evaluation/repeats/measure.ts';
import type { Repeats } from '../../src/evaluation/repeats/repeats.ts';
import { reportPage } from '../../src/evaluation/report/page.ts';
import { fakeSubject } from '../../src/evaluation/report/testing.ts';
import { robustness } from '../../src/evaluation/robustness/robustness.ts';
import { fakePredictions } from '../../src/evaluation/testing.ts';
import { launchBrowser, noBrowser } from '../browser/chromium.ts';

const two = ['benign', 'malignant'];
const flat = fakePredictions({ samples: 40, classes: two, seed: 7 });
flat.logits.fill(0);
const oneGroup = fakePredictions({ samples: 20, classes: two, seed: 9 });
oneGroup.groups.fill('patient');

const CASES: Record<string, Predictions> = {
  'one class only': fakePredictions({ samples: 40, classes: two, seed: 1, prevalence: [1, 0] }),
  'ten samples': fakePredictions({ samples: 10, classes: two, seed: 3 }),
  'ten samples of seven classes': fakePredictions({ samples: 10, classes: [...'abcdefg'], seed: 2 }),
  'two samples': fakePredictions({ samples: 2, classes: two, seed: 4 }),
  'equal scores': flat,
  'no error': fakePredictions({ samples: 30, classes: two, seed: 6, skill: 40 }),
  'one group': oneGroup,
};

/** With columns, and some samples that train knows. */
function dressed(predictions: Predictions): Predictions {
  return {
    ...predictions,
    meta: predictions.ids.map((_, i) => ({ sex: i % 2 ? 'f' : 'm', age: 40 + i, empty: null })),
    exposed: predictions.ids.map((_, i) => (i % 5 === 0 ? ('near' as const) : null)),
  };
}

function report(predictions: Predictions): string {
  const shown = dressed(predictions);
  const evaluation = evaluate({ validation: predictions, test: shown, options: { resamples: 60, subgroups: 'all' } });
  const levels = [1, 2].map((strength) => ({
    kind: 'blur',
    unit: 'px',
    strength,
    amount: strength,
    metrics: evaluation.metrics,
  }));
  const subject = fakeSubject(predictions.classes);
  const stress = robustness(evaluation, levels, [{ metric: 'accuracy', limit: 0.5 }]);
  const decided = {
    probabilities: Float64Array.from(predictions.logits, () => 1 / predictions.classes.length),
    question: predictions.classes.length === 2 ? { members: [1], threshold: 0.5 } : null,
    rule: null,
  };
  const members = ['seed 1', 'seed 2'].map((name) => ({ name, run: name, predictions: shown, decided }));
  const options = { resamples: 30, seed: 0 };
  const { metrics, values } = spreads('seeds', members, options);
  const repeats: Repeats = {
    format: 'osler-repeats/1',
    kind: 'seeds',
    split: 'test',
    samples: predictions.ids.length,
    groups: 1,
    members: values,
    metrics,
    together: null,
    exposure: exposureOf(members, metrics, options),
    subgroups: subgroupsOf(members, metrics, 'all', options),
    intervals: { method: '', level: 0.95, resamples: 30, seed: 0 },
    notes: [],
  };
  return reportPage(
    { ...evaluation, subject },
    { errors: errorCases(evaluation, shown, subject.id), explanations: null, stress, repeats },
  );
}

function comparison(predictions: Predictions): string {
  const evaluation = evaluate({ test: predictions, options: { resamples: 30 } });
  const subject = fakeSubject(predictions.classes);
  const other = { ...predictions, logits: predictions.logits.map((x, i) => x + (i % 3 === 0 ? 0.3 : 0)) };
  const sides = [predictions, other].map((one, i) => ({
    subject: { ...subject, id: String(i) },
    predictions: one,
    evaluation,
  }));
  const where = { on: 'test of d@1', split: 'test', leftOut: [], createdAt: '2026-01-02T03:04:05Z', notes: [] };
  return comparisonPage(compare(sides, where, { resamples: 60, metric: 'accuracy', margin: 0.1 }), new Map());
}

describe('pages of what can hardly tell anything', { skip: noBrowser() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-degenerate-'));
  const pages = new Map<string, string>();
  let browser: Browser;

  before(async () => {
    for (const [name, predictions] of Object.entries(CASES)) {
      pages.set(`report, ${name}`, report(predictions));
      pages.set(`comparison, ${name}`, comparison(predictions));
    }
    const home = join(folder, 'home');
    const files = { ...folders('train/', ['a', 'b'], 3), ...folders('test/', ['a'], 2, 50), 'test/a/copy.png': 0 };
    await importAs(home, await lay(join(folder, 'source'), files));
    const dataset = await openDataset(home, 'd');
    pages.set(
      'audit, nine images',
      await auditPage(await auditDataset(dataset, { shortcut: true }, { home }), dataset),
    );
    const judged = {
      format: 'osler-suspects/1' as const,
      dataset: dataset.record,
      source: { kind: 'run' as const, id: '0'.repeat(32), name: 'r' },
      createdAt: '2026-01-02T03:04:05Z',
      notJudged: 9,
      classes: ['a', 'b'],
      thresholds: [null, null],
      notes: ['The networks hardly tell the classes apart.'],
    };
    const none = {
      ...judged,
      judged: {},
      joint: [
        [0, 0],
        [0, 0],
      ],
      estimated: { errors: 0, share: 0 },
      suspects: [],
    };
    pages.set('suspects, none judged', await suspectsPage(none, dataset));
    const id = dataset.samples('test')[0]!.id;
    const suspect = {
      id,
      split: 'test' as const,
      label: 'a',
      suggested: 'b',
      probability: 0,
      suggestedProbability: 1,
      margin: -1,
    };
    const one = {
      ...none,
      judged: { test: 1 },
      joint: [
        [0, 1],
        [0, 0],
      ],
      estimated: { errors: 1, share: 1 },
      suspects: [suspect],
    };
    pages.set('suspects, all of one', await suspectsPage(one, dataset));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('show numbers, reasons, and nothing else', async () => {
    const page = await browser.newPage();
    for (const [name, html] of pages) {
      const file = join(folder, 'page.html');
      writeFileSync(file, html);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(pathToFileURL(file).href);
        const seen = (await page.evaluate(SCAN)) as { overflow: number; wrong: string[] };
        assert.deepEqual(seen.wrong, [], `${name} at ${width} px`);
        assert.equal(seen.overflow, 0, `${name} sticks out at ${width} px`);
      }
    }
    await page.close();
  });
});

/** Words and attributes (paths of charts, widths of bars) that no reader should meet. */
const SCAN = `(() => {
  const wrong = [];
  const look = (text, where) => {
    const found = /.{0,30}\\b(NaN|undefined|Infinity|null|\\[object)\\b.{0,30}/.exec(text);
    if (found) wrong.push(where + ': ' + found[0]);
  };
  for (const line of document.body.innerText.split('\\n')) look(line, 'text');
  for (const element of document.body.querySelectorAll('*'))
    for (const { name, value } of element.attributes) if (!value.startsWith('data:')) look(value, element.tagName + ' ' + name);
  const { scrollWidth, clientWidth } = document.documentElement;
  return { overflow: scrollWidth - clientWidth, wrong };
})()`;
