/** What an audit says to do can be done: every switch that a finding names is there, and so is every setting of a recipe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import type { Audit } from '../audit/audit.ts';
import { findingsOf } from '../audit/findings.ts';
import { REMEDIES } from '../audit/shortcut/remedies.ts';
import { loadConfig } from '../config/load.ts';
import { TrainConfig } from '../training/config.ts';
import { makeContext } from './context.ts';
import { VERBS } from './verbs.ts';

type Facts = Parameters<typeof findingsOf>[0];

const NONE: Facts = {
  dataset: { name: 'd', version: 1, digest: '' },
  samples: 10,
  classes: ['a', 'b'],
  splits: { train: 6, val: 2, test: 2 },
  excluded: {},
  stamps: [],
  unreadable: [],
  exactDuplicates: [],
  nearDuplicates: [],
  nearSearched: true,
  nearPairs: [],
  labelConflicts: [],
  conflictsAcross: 0,
  conflictingLabels: [],
  classSizes: {},
  leaks: [],
  leakCounts: { groups: 0, exact: 0, near: 0, exposed: { val: 0, test: 0 } },
  accepted: null,
  moved: [],
  groups: [],
  ungrouped: 0,
  unusedGrouping: null,
  shortcut: null,
  balance: null,
};
const shortcut = {
  verdict: 'found',
  summary: 'found',
  features: [{ remedy: REMEDIES.borders }],
} as unknown as NonNullable<Audit['shortcut']>;
const balance = {
  width: 0.1,
  smallest: [{}],
  sampleSizes: [{ label: 'a', enough: false }],
  summary: ['train has 4 times as many; loss.classWeights=balanced or data.sampling=balanced'],
} as unknown as NonNullable<Audit['balance']>;

const crossing = { groups: 1, exact: 1, near: 1, exposed: { val: 0, test: 2 } };
const sets = [['a', 'b']];
const CASES: Partial<Facts>[] = [
  { leakCounts: crossing, exactDuplicates: sets, nearDuplicates: sets, unreadable: [{ id: 'x', reason: 'cut' }] },
  { leakCounts: crossing, accepted: { reason: 'r', by: 'me', at: '2026-01-01' } },
  { ungrouped: 4 },
  { ungrouped: 10 },
  { ungrouped: 10, unusedGrouping: 'patient_id' },
  { labelConflicts: sets, excluded: { labelConflict: 2 } },
  { labelConflicts: sets },
  { nearSearched: false },
  { groups: [{ kind: 'sex', groups: ['p'], values: ['female', 'male'], samples: ['a', 'b'] }] },
  { shortcut, balance },
];

async function switches(): Promise<Set<string>> {
  const signal = new AbortController().signal;
  const context = makeContext({ json: true, home: '.', databaseUrl: undefined, artifacts: undefined, signal });
  const program = new Command();
  for (const verb of ['data', 'train', 'evaluate'])
    await (await VERBS[verb]!.load(['--help'])).register(program, context, []);
  const all = (command: Command): string[] => [
    ...command.options.map(({ long }) => long!),
    ...command.commands.flatMap((one) => all(one as Command)),
  ];
  return new Set(all(program));
}

test('every finding says what training does and which switch changes that; the switches and settings are there', async () => {
  const texts = Object.values(REMEDIES).map(String);
  for (const part of CASES) {
    for (const { check, level, summary, byDefault, toChange } of findingsOf({ ...NONE, ...part })) {
      assert.ok(summary !== '' && byDefault !== '', check);
      if (level !== 'ok' && !(check === 'balance' && level === 'skipped'))
        assert.ok(toChange !== '' && byDefault !== 'Nothing to do.', `${check}: ${summary}`);
      texts.push(summary, byDefault, toChange);
    }
  }
  const text = texts.join('\n');
  const named = new Set(text.match(/--[a-z][a-z-]+/g));
  assert.ok(named.size >= 9, [...named].join());
  const known = await switches();
  assert.deepEqual(
    [...named].filter((one) => !known.has(one)),
    [],
  );
  const settings = new Set(text.match(/\b(data|augment|loss)(\.[a-zA-Z]+)+(=[\w.]*\w)?/g));
  assert.ok(settings.size >= 8, [...settings].join());
  for (const setting of settings) {
    const [key, value] = setting.split('=') as [string, string?];
    // Named without a value: any of the kind that it takes.
    const tried = value === undefined ? [`${key}=64`, `${key}=0.5`] : [setting];
    const wrong = tried.map((one) => complaintOf(one));
    assert.ok(wrong.includes(null), `${setting}: ${wrong.join('; ')}`);
  }
});

/** Null for a setting that a recipe takes. */
function complaintOf(override: string): string | null {
  try {
    loadConfig(TrainConfig, { recipe: 'demo', overrides: ['dataset=d', override] });
    return null;
  } catch (error) {
    return String(error);
  }
}
