import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fanova } from '../importance/fanova.ts';
import { SweepPlan } from '../plan.ts';
import { compileSpace } from '../space.ts';
import { fakeSweep } from '../testing.ts';
import { sweepPage } from './page.ts';

test('a page has its plots as SVG, asks for nothing from elsewhere, and draws nothing that is no number', () => {
  const { sweep, trials } = fakeSweep(40);
  const space = compileSpace(SweepPlan.parse(sweep.config).space);
  const page = sweepPage({ ...sweep, name: '<script>alert(1)</script>' }, trials, fanova(space, trials));
  for (const title of [
    'The best',
    'How the search went',
    'What mattered',
    'Settings together',
    'Pairs',
    'Each setting by itself',
    'All trials',
  ])
    assert.ok(page.includes(`<h2>${title}</h2>`), title);
  assert.ok(page.match(/<svg /g)!.length >= 2 + 1 + 1 + 3 + space.length);
  assert.ok(!/NaN|Infinity|undefined|<script|https?:/.test(page.replaceAll('http://www.w3.org', '')));
  // By epoch, and across the settings.
  const lines =
    trials.filter(({ epochs }) => epochs.length > 0).length + trials.filter(({ state }) => state === 'finished').length;
  assert.equal(page.match(/<path class="curve" d="M/g)!.length, lines);
});

test('a sweep of which nothing is known yet has a page that says so', () => {
  const { sweep } = fakeSweep(1);
  const page = sweepPage(sweep, [], null);
  assert.match(page, /No trial has finished yet/);
  assert.match(page, /Importance needs 10 finished trials; there are 0/);
});
