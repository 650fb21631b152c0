/** What a server does when one of the versions it serves is retired: a real registry, store and network. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OslerError } from '../../errors.ts';
import { setAlias } from '../../registry/aliases.ts';
import { approve, retire } from '../../registry/decide.ts';
import { policyOf } from '../../registry/policy.ts';
import { registerBundle } from '../../registry/register.ts';
import { person } from '../../registry/testing.ts';
import { parseSpec } from '../../serving/deployments/spec.ts';
import { numberedBundle } from '../../serving/deployments/testing.ts';
import { openStore } from '../../store/store.ts';
import { openHost } from './host.ts';
import { createDeployment, findDeployment } from './manage.ts';
import { membersLeftOut } from './versions.ts';

test('a version is retired: the alias beside it is followed, a restart serves, and only none left is refused', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-left-out-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const policy = policyOf({});
  const ben = person('ben');
  for (const number of [1, 2, 3]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    await approve(store, ben, `skin@${number}`, { reason: 'x' }, { policy });
    if (number !== 2) await setAlias(store, ben, `skin@${number}`, 'champion', { reason: 'x' }, { policy });
  }
  const live = [
    { model: 'skin@2', weight: 50 },
    { model: 'skin@champion', weight: 50 },
  ];
  await createDeployment(store, 'derma', { live }, { actor: ben, why: null });
  const faults: (string | undefined)[] = [];
  const options = {
    store,
    names: ['derma'],
    threads: 1,
    pollMs: 60_000,
    onFault: (_: string, fault: Error | null) => void faults.push(fault?.message),
  };
  const versions = (of: typeof host) => of.get('derma').members.map(({ version }) => version);
  const host = await openHost(options);
  t.after(() => host.close());
  assert.deepEqual([versions(host), faults], [[2, 3], []]);
  await retire(store, ben, 'skin@2', { reason: 'unsafe' });
  await setAlias(store, ben, 'skin@1', 'champion', { reason: 'back' }, { policy });
  await host.refresh();
  assert.deepEqual(versions(host), [1]);
  assert.match(host.state.faults.derma!, /^skin@2 left out of derma, the others answer: skin@2 is retired/);
  assert.equal(faults.length, 1);
  // Whoever asks the store alone is told the same.
  const { spec } = (await findDeployment(store, 'derma')).revision;
  const left = await membersLeftOut(store, parseSpec(spec));
  assert.deepEqual(
    left.map(({ member, error }) => [member.name, error.code]),
    [['skin@2', 'NOT_APPROVED']],
  );
  const again = await openHost(options);
  assert.deepEqual([versions(again), faults.length], [[1], 2]);
  await again.close();
  await retire(store, ben, 'skin@1', { reason: 'unsafe too' });
  await host.refresh();
  assert.deepEqual(versions(host), [1]);
  assert.match(
    host.state.faults.derma!,
    /^No live version of derma can answer: .* go on: skin@champion \(version 1\)\.$/,
  );
  await assert.rejects(openHost(options), (error: OslerError) => /osler deploy set derma/.test(error.hint!));
});
