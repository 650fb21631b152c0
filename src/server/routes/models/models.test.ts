/** Decisions on models over HTTP: real bundles, a real store, the command line's own stages. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../../errors.ts';
import { createDeployment } from '../../../pipeline/deployments/manage.ts';
import { approve } from '../../../registry/decide.ts';
import { policyOf } from '../../../registry/policy.ts';
import { registerBundle } from '../../../registry/register.ts';
import { person } from '../../../registry/testing.ts';
import { numberedBundle } from '../../../serving/deployments/testing.ts';
import { policyFile } from '../../../store/paths.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { buildHouse } from '../../house.ts';
import { Tasks } from '../../tasks/tasks.ts';
import { Comparisons } from './comparisons.ts';

let home: string;
let store: Store;
let app: FastifyInstance;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-models-'));
  store = await openStore(home);
  for (const number of [1, 2, 3]) {
    const bundle = await numberedBundle(home, number);
    await registerBundle(store, person('ada'), {
      name: 'skin',
      bundle,
      ...(number === 2 ? { parent: 'skin@1' } : {}),
    });
  }
  app = await buildHouse({ store, version: '0.0.0' });
});
after(async () => {
  await app.close();
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  status = 200,
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
): Promise<any> {
  const answer = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  assert.equal(answer.statusCode, status, `${method} ${url}: ${answer.body}`);
  return answer.body === '' ? null : answer.json();
}
const policy = (text: string): void => {
  mkdirSync(dirname(policyFile(home)), { recursive: true });
  writeFileSync(policyFile(home), text);
};

describe('models over HTTP', () => {
  it('says where a version stands, and approves it by the policy', async () => {
    policy('default: { approvers: 2, trainerMayApprove: true, gates: ["auroc.low >= 0.999"] }');
    const refused = await ask('POST', '/v1/models/skin/versions/1/approve', { reason: 'good' }, 403);
    assert.equal(refused.error.code, 'NOT_APPROVED');
    const standing = await ask('GET', '/v1/models/skin/versions/1/standing');
    assert.deepEqual(
      [standing.status, standing.needed, standing.mayDecide, standing.obstacle, standing.policy.written],
      ['pending', 2, true, null, true],
    );
    assert.deepEqual(
      standing.checks.map(({ rule, passed }: { rule: string; passed: boolean }) => [rule, passed]),
      [
        ['signature', true],
        ['gate', false],
        ['leaky', true],
      ],
    );
    policy('default: { approvers: 2, trainerMayApprove: true }');
    const first = await ask('POST', '/v1/models/skin/versions/1/approve', { reason: 'good' });
    assert.deepEqual([first.version.status, first.approvers.length, first.needed], ['pending', 1, 2]);
    assert.match((await ask('GET', '/v1/models/skin/versions/1/standing')).obstacle, /has approved skin@1 already/);
    await ask('POST', '/v1/models/skin/versions/1/approve', { reason: 'again' }, 409);
    await approve(store, person('ben'), 'skin@1', { reason: 'second' }, { policy: policyOf({}) });
    const { status, decisions } = await ask('GET', '/v1/models/skin/versions/1');
    assert.deepEqual([status, decisions.length], ['approved', 2]);
    const after = await ask('GET', '/v1/models/skin/versions/1/standing');
    assert.deepEqual([after.checks, after.obstacle], [null, 'skin@1 is approved.']);
    assert.equal((await ask('POST', '/v1/models/skin/versions/1/approve', { reason: '  ' }, 400)).error.code, 'USAGE');
    await ask('POST', '/v1/models/skin/versions/9/approve', { reason: 'x' }, 404);
  });

  it('moves aliases, rolls back, and tells who, why and how', async () => {
    policy('default: { trainerMayApprove: true }');
    const path = '/v1/models/skin/aliases/champion';
    assert.equal((await ask('PUT', path, { version: 2, reason: 'too early' }, 403)).error.code, 'NOT_APPROVED');
    const moved = await ask('PUT', path, { version: 1, reason: 'first' });
    assert.deepEqual([moved.from, moved.override, moved.version.aliases], [null, null, ['champion']]);
    assert.equal((await ask('GET', '/v1/models/skin/rollback')).to, null);
    await ask('POST', '/v1/models/skin/rollback', { reason: 'x' }, 404);
    await ask('POST', '/v1/models/skin/versions/2/approve', { reason: 'better' });
    await ask('PUT', path, { version: 2, reason: 'better' });
    assert.deepEqual(await ask('GET', '/v1/models/skin/rollback'), { alias: 'champion', from: 2, to: 1 });
    await ask('POST', '/v1/models/skin/rollback', { reason: 'false alarms' });
    const history = await ask('GET', `${path}/history`);
    assert.deepEqual(
      history.map(({ version, rollback, why }: { version: number; rollback: boolean; why: string }) => [
        version,
        rollback,
        why,
      ]),
      [
        [1, false, 'first'],
        [2, false, 'better'],
        [1, true, 'false alarms'],
      ],
    );
    await ask('PUT', '/v1/models/skin/aliases/challenger', { version: 2 });
    await ask('DELETE', '/v1/models/skin/aliases/challenger', {}, 400);
    await ask('DELETE', '/v1/models/skin/aliases/challenger', { reason: 'over' }, 204);
    const { events } = await ask('GET', '/v1/trail?model=skin&limit=2');
    assert.deepEqual([events[0].what, events[0].subject, events[0].why], ['alias.delete', 'skin@challenger', 'over']);
    assert.match(events[0].via, /^HTTP API at 127\.0\.0\.1/);
  });

  it('begins a comparison again that failed by nothing that the versions have to do with', async () => {
    policy('default: { trainerMayApprove: true, champion: { margin: 0.02 } }');
    const [champion, candidate] = [await store.registry.version('skin', 1), await store.registry.version('skin', 3)];
    const path = '/v1/models/skin/versions/3';
    for (const code of ['STORE_FAILED', 'BUNDLE_ALTERED'] as const) {
      const tasks = new Tasks(store, () => Promise.reject(new OslerError(code, 'For once.')));
      const made = new Comparisons(tasks).compareFor('ada')(champion!, candidate!, { margin: 0.02 });
      await assert.rejects(made, { code });
      const { comparison, checks } = await ask('GET', `${path}/standing`);
      assert.deepEqual(comparison.work, { state: 'failed', error: { code, message: 'For once.' } });
      assert.equal(checks.find(({ rule }: { rule: string }) => rule === 'champion').passed, false);
    }
    await ask('POST', `${path}/comparison`, undefined, 202);
    await ask('DELETE', `${path}/comparison`);
    assert.equal((await store.tasks.list()).filter(({ what }) => what === 'model.compare').length, 3);
  });

  it('rejects and retires, for ever', async () => {
    assert.equal((await ask('POST', '/v1/models/skin/versions/3/reject', { reason: 'misses' })).status, 'rejected');
    await ask('POST', '/v1/models/skin/versions/3/reject', { reason: 'again' }, 400);
    const retired = await ask('POST', '/v1/models/skin/versions/2/retire', { reason: 'old' });
    assert.deepEqual([retired.status, retired.aliases], ['retired', []]);
    await ask('PUT', '/v1/models/skin/aliases/champion', { version: 2, override: 'must be' }, 403);
  });

  it('describes and tags', async () => {
    const model = await ask('PATCH', '/v1/models/skin', { description: 'moles', tags: { ward: '3', old: null } });
    assert.deepEqual([model.description, model.tags], ['moles', { ward: '3' }]);
    const version = await ask('PATCH', '/v1/models/skin/versions/1', { description: 'first' });
    assert.equal(version.description, 'first');
    await ask('PATCH', '/v1/models/none', { description: 'x' }, 404);
  });

  it('lists models at a glance, and what was live at a moment', async () => {
    await createDeployment(
      store,
      'derma',
      { live: [{ model: 'skin@champion', weight: 1 }] },
      { actor: person('ada'), why: 'test' },
    );
    const { models } = await ask('GET', '/v1/registry');
    assert.deepEqual(
      [models[0].name, models[0].versions, models[0].champion.version, models[0].deployments, models[0].pending],
      ['skin', 3, 1, ['derma'], []],
    );
    const { events } = await ask('GET', '/v1/trail?subject=skin@champion');
    const [back, second] = events as [{ at: string }, { at: string }];
    const now = await ask('GET', '/v1/live');
    assert.deepEqual([now.models[0].version, now.models[0].rollback, now.models[0].approvals.length], [1, true, 2]);
    assert.deepEqual(
      now.deployments.map(({ name, members }: { name: string; members: object[] }) => [name, members]),
      [['derma', [{ name: 'skin@champion', model: 'skin', version: 1, role: 'live', share: 1 }]]],
    );
    if (second.at < back.at) {
      const then = await ask('GET', `/v1/live?at=${second.at}`);
      assert.deepEqual([then.models[0].version, then.deployments], [2, []]);
    }
    assert.equal((await ask('GET', '/v1/live?at=2999-01-01T00:00:00Z', undefined, 400)).error.code, 'USAGE');
    assert.deepEqual((await ask('GET', '/v1/live?at=1999-01-01T00:00:00%2B01:00')).models, []);
  });

  it('draws lineage: run, dataset, parent, deployment', async () => {
    const { nodes, edges } = await ask('GET', '/v1/models/skin/versions/2/lineage');
    const names = nodes.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`);
    for (const name of ['version skin@2', 'version skin@1', 'deployment derma', 'run 22222222']) {
      assert.ok(names.includes(name), `${name} of ${names}`);
    }
    assert.ok(names.some((name: string) => name.startsWith('dataset ')));
    const words = edges.map(({ from, to, words }: Record<string, string>) => `${from} ${words} ${to}`);
    assert.ok(words.includes('version:skin@1 made from it version:skin@2'), words.join('\n'));
    const whole = await ask('GET', '/v1/models/skin/lineage');
    assert.equal(whole.nodes.filter(({ kind }: { kind: string }) => kind === 'version').length, 3);
    await ask('GET', '/v1/models/none/lineage', undefined, 404);
  });

  it('shows the manifest that was signed, and what differs', async () => {
    const card = await ask('GET', '/v1/models/skin/versions/1/card');
    assert.deepEqual([card.manifest.run, card.manifest.labels.length], ['1'.repeat(32), 2]);
    const { differences } = await ask('GET', '/v1/models/skin/versions/2/differences?against=skin@1');
    assert.ok(differences.some(({ key }: { key: string }) => key === 'lineage.run'));
    assert.deepEqual((await ask('GET', '/v1/models/skin/policy')).rules.approvers, 1);
  });

  it('pages through the trail, and verifies it', async () => {
    const all: number[] = [];
    for (let before = ''; ; ) {
      const { events, next } = await ask('GET', `/v1/trail?limit=3${before}`);
      all.push(...events.map(({ seq }: { seq: number }) => seq));
      if (next === null) break;
      before = `&before=${next}`;
    }
    assert.deepEqual(
      all,
      Array.from({ length: all.length }, (_, i) => all.length - i),
    );
    assert.equal((await ask('GET', '/v1/trail/verification')).result, null);
    await ask('POST', '/v1/trail/verification', { files: true }, 202);
    for (let found: { work: { state: string } } | undefined; found?.work.state !== 'done'; ) {
      await sleep(20);
      found = await ask('GET', '/v1/trail/verification');
    }
    const { result } = await ask('GET', '/v1/trail/verification');
    assert.deepEqual([result.ok, result.events, result.bundles, result.faults], [true, all.length, 3, []]);
  });
});
