import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleRun } from '../store/testing.ts';
import { environmentFacts, flatParams, runTags, trainingParams } from './facts.ts';
import { smallConfig } from './testing.ts';

test('a recipe as parameters: dotted keys, lists as JSON, without where it is written down', () => {
  assert.deepEqual(flatParams({ a: { b: 1, c: [1, 2], d: null }, e: 'x', f: true }), {
    'a.b': '1',
    'a.c': '[1,2]',
    'a.d': 'null',
    e: 'x',
    f: 'true',
  });
  const params = trainingParams(smallConfig({ tracking: ['wandb'] }));
  assert.equal(params['training.epochs'], '3');
  assert.equal(params['optimiser.lr'], '0.003');
  assert.equal(
    Object.keys(params).some((key) => key.startsWith('tracking')),
    false,
  );
});

test('tags and environment say what a result came from, and nothing of the person or the machine’s name', () => {
  const run = exampleRun({ stamps: ['leaky'], code: { version: '0.1.0', commit: 'c'.repeat(40), dirty: true } });
  const tags = runTags(run);
  assert.equal(tags['osler.dataset'], 'phantom@1');
  assert.equal(tags['mlflow.source.git.commit'], 'c'.repeat(40));
  assert.equal(tags['osler.code.changed'], 'true');
  assert.equal(tags['osler.seed'], '7');
  assert.equal(tags['osler.stamps'], 'leaky');
  const facts = JSON.stringify(environmentFacts(run));
  assert.match(facts, /"kysely":"\d+\./);
  assert.match(facts, new RegExp(`"node":"${process.version}"`));
  assert.doesNotMatch(facts, /hostname|username|\/home\/|\/root/);
});
