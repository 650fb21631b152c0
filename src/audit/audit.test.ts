import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { acceptLeaks, openDataset } from '../data/dataset.ts';
import type { Dataset, Pair, Sample, Split } from '../data/sample.ts';
import { classes, importAs, lay, withFolder } from '../data/testing.ts';
import { OslerError } from '../errors.ts';
import { Audit } from './audit.ts';
import { auditDataset } from './audit-dataset.ts';
import { clusterPairs } from './clusters.ts';
import { oddGroups, unusedGrouping } from './groups.ts';
import { admit } from './guard.ts';
import { exposedSamples, findLeaks } from './leaks.ts';
import { readAudit, writeAudit } from './write.ts';

let serial = 0;
function sample(id: string, split: Split, fields: Partial<Sample> = {}): Sample {
  serial += 1;
  const sha256 = serial.toString(16).padStart(64, '0');
  return { id, uri: `object:${sha256}.png`, sha256, label: 'a', split, width: 8, height: 8, meta: {}, ...fields };
}
const pair = (a: string, b: string, kind: Pair['kind']): Pair => ({ a, b, kind, distance: 0, transform: 'none' });

test('sets of copies: equal bytes need no pair, near sets hold their exact copies, a conflict is the whole picture', () => {
  const [one, two, three, four, five, six] = ['1', '2', '3', '4', '5', '6'].map((id) => sample(id, 'train'));
  two!.sha256 = one!.sha256;
  four!.label = 'b';
  const found = clusterPairs(
    [one!, two!, three!, four!, five!, six!],
    [pair('2', '3', 'near'), pair('3', '4', 'exact')],
  );
  assert.deepEqual(found.exact, [
    ['1', '2'],
    ['3', '4'],
  ]);
  assert.deepEqual(found.near, [['1', '2', '3', '4']]);
  assert.deepEqual(found.conflicts, [['1', '2', '3', '4']]);
  assert.equal(found.pictureOf('5'), '5');
});

test('leaks: every kind is listed once for each sample of the later split, and exposure means train only', () => {
  const samples = [
    sample('t1', 'train', { group: 'g' }),
    sample('t2', 'train'),
    sample('t3', 'train', { group: 'h', cluster: 'h' }),
    sample('v1', 'val', { group: 'g' }),
    sample('v2', 'val', { group: 'k' }),
    sample('x1', 'test', { group: 'k' }),
    sample('x2', 'test'),
    sample('x3', 'test'),
    sample('x4', 'test', { cluster: 'h' }),
    sample('x5', 'test'),
  ];
  const { list, counts, exposed } = findLeaks(
    samples,
    clusterPairs(samples, [pair('t2', 'x2', 'exact'), pair('t1', 'x3', 'near')]),
  );
  assert.deepEqual(
    list.map(({ kind, a, b }) => `${kind} ${a} ${b}`),
    ['group t1 v1', 'group v2 x1', 'exact t2 x2', 'near t1 x3'],
  );
  assert.deepEqual(counts, { groups: 2, exact: 1, near: 1, exposed: { val: 1, test: 3 } });
  assert.deepEqual(
    [...exposed],
    [
      ['v1', 'group'],
      ['x2', 'exact'],
      ['x3', 'near'],
      ['x4', 'tied'],
    ],
  );
});

test('groups that look wrong: two sexes, ages too far apart, names that differ by case or padding', () => {
  const samples = [
    sample('1', 'train', { group: 'p1', meta: { sex: 'male', age: 40 } }),
    sample('2', 'train', { group: 'p1', meta: { sex: 'F', age: 45 } }),
    sample('3', 'train', { group: 'p2', meta: { sex: 'm', age_approx: 30 } }),
    sample('4', 'train', { group: 'p2', meta: { sex: 'M', age_approx: '045Y' } }),
    sample('5', 'train', { group: 'p3', meta: { sex: 'unknown', age: null } }),
    sample('6', 'train', { group: 'p3', meta: { sex: 'female', age: 50 } }),
    sample('7', 'train', { group: 'p4', meta: { 'Patient Gender': 'M', PatientAge: '018M' } }),
    sample('8', 'train', { group: 'p4', meta: { "patient's sex": 'F', patient_age: 12 } }),
    ...['P007', 'p7', 'P70', '12.0', '012', ' x', 'x'].map((group) => sample(`s${group}`, 'train', { group })),
  ];
  assert.deepEqual(
    oddGroups(samples).map(({ kind, groups, values }) => [kind, groups, kind === 'spelling' ? [] : values]),
    [
      ['sex', ['p1'], ['female', 'male']],
      ['age', ['p2'], ['30', '45']],
      ['sex', ['p4'], ['female', 'male']],
      ['age', ['p4'], ['1.5', '12']],
      ['spelling', ['P007', 'p7'], []],
      ['spelling', ['012', '12.0'], []],
      ['spelling', [' x', 'x'], []],
    ],
  );
  assert.equal(unusedGrouping(samples), null);
  const bare = ['a', 'a', 'b'].map((lesion, i) =>
    sample(String(i), 'train', { meta: { lesion_id: lesion, image_id: i } }),
  );
  assert.equal(unusedGrouping(bare), 'lesion_id');
  const chest = ['1', '1', '2'].map((id) => sample(`chest ${serial}`, 'train', { meta: { 'Patient ID': id } }));
  assert.equal(unusedGrouping(chest), 'Patient ID');
});

test('a leaky import: counted as its audit counts, refused without a reason, accepted with one; the page is whole and safe', () =>
  withFolder(async (folder, home) => {
    const files: Record<string, number | string> = {
      ...classes('train/', ['a', '<b>'], 12),
      ...classes('test/', ['a', '<b>'], 4, 100),
      'test/a/copy.png': 0,
      'train/a/two labels.png': 50,
      'train/<b>/two labels.png': 50,
      'train/a/cut.png': '',
    };
    const made = await importAs(home, await lay(join(folder, 'source'), files));
    const dataset = await openDataset(home, 'd');
    const audit = await auditDataset(dataset, { shortcut: false });
    assert.deepEqual(audit.leakCounts, made.leaks);
    assert.deepEqual(audit.leaks, [
      { kind: 'exact', a: 'train/a/0.png', b: 'test/a/copy.png', splits: ['train', 'test'] },
    ]);
    assert.deepEqual(audit.labelConflicts, [['train/<b>/two labels.png', 'train/a/two labels.png']]);
    assert.deepEqual(audit.exactDuplicates.length, 2);
    assert.equal(audit.samples, 35);
    assert.deepEqual(
      audit.unreadable.map(({ id }) => id),
      ['train/a/cut.png'],
    );
    assert.deepEqual([...(await exposedSamples(dataset))], [['test/a/copy.png', 'exact']]);
    const level = Object.fromEntries(audit.findings.map((finding) => [finding.check, finding.level]));
    assert.equal(level.leaks, 'problem');
    for (const { summary, byDefault } of audit.findings) assert.ok(summary.length > 0 && byDefault.length > 0);

    const paths = await writeAudit(join(home, 'datasets', 'd', '1', 'audit'), audit, dataset);
    assert.deepEqual(Audit.parse(JSON.parse(await readFile(paths.json, 'utf8'))), audit);
    assert.deepEqual(await readAudit(home, made), audit);
    const page = await readFile(paths.page, 'utf8');
    assert.ok(!page.includes('<b>/') && !page.includes('<script'), 'names are text');
    assert.ok(!/NaN|undefined|Infinity|null/.test(page.replace(/base64,[^"]*/g, '')));
    assert.ok(!/(src|href)="(?!data:|#)|url\(|@import/.test(page), 'nothing is loaded');
    assert.equal(page.match(/<img/g)?.length, 2 + 2 + 4);

    const refused = (error: unknown) => error instanceof OslerError && error.code === 'LEAKY_SPLIT';
    await assert.rejects(admit(dataset), (error) => refused(error) && /1 set of exact copies/.test(String(error)));
    const word = { reason: 'a trial', by: 'me', at: '2026-01-01' };
    assert.deepEqual(await admit(dataset, word), { ...made.leaks!, accepted: word });
    await acceptLeaks(home, made, { reason: 'a trial', by: 'me' });
    const accepted = await openDataset(home, 'd');
    assert.equal((await admit(accepted))?.accepted?.reason, 'a trial');
    assert.match((await auditDataset(accepted, { shortcut: false })).findings[0]!.byDefault, /a trial/);
  }));

test('a class whose every image stands under another label as well is an error that says so', () =>
  withFolder(async (folder, home) => {
    const files = { ...classes('b/', [''], 6), 'a/0.png': 0, 'a/1.png': 1 };
    const source = await lay(join(folder, 'source'), files);
    const wrong = (error: unknown) =>
      error instanceof OslerError &&
      /holds only one class, "b"/.test(error.message) &&
      /keep-conflicts/.test(error.hint!);
    await assert.rejects(importAs(home, source, { noNear: true }), wrong);
    const kept = await importAs(home, source, { noNear: true, keepConflicts: true });
    const { findings } = await auditDataset(await openDataset(home, 'd'), { shortcut: false });
    assert.equal(kept.samples, 8);
    const said = findings.find(({ check }) => check === 'labelConflicts')!;
    assert.equal(said.level, 'problem');
    assert.match(said.byDefault, /trained on and measured as they are/);
  }));

test('a clean dataset has nothing to say, and is admitted without a stamp', () =>
  withFolder(async (folder, home) => {
    await importAs(home, await lay(join(folder, 'source'), classes('', ['a', 'b'], 10)));
    const dataset: Dataset = await openDataset(home, 'd');
    const audit = await auditDataset(dataset, { shortcut: false });
    const loud = audit.findings.filter(({ level }) => level !== 'ok').map(({ check }) => check);
    // Twenty images are too few for narrow intervals, and they name no patients.
    assert.deepEqual(loud, ['leaks', 'shortcut', 'balance']);
    assert.equal(await admit(dataset), null);

    const unlooked = await importAs(home, join(folder, 'source'), { noNear: true });
    assert.deepEqual([unlooked.unchanged, unlooked.version], [false, 2], 'what was looked for is part of a version');
    const { findings } = await auditDataset(await openDataset(home, 'd'), { shortcut: false });
    assert.equal(findings.find(({ check }) => check === 'nearDuplicates')!.level, 'skipped');
  }));
