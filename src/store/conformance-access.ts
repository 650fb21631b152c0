import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { NewKey } from './access/types.ts';
import type { Store } from './store.ts';

const actor = { who: 'ada', via: 'test' };

function exampleKey(fields: Partial<NewKey> = {}): NewKey {
  return {
    id: randomBytes(5).toString('hex'),
    name: 'PACS gateway',
    hash: randomBytes(32).toString('hex'),
    roles: ['clinician'],
    scope: { only: ['predict'], deployments: ['derma'] },
    expiresAt: null,
    ...fields,
  };
}

/** What every engine must do for keys and sessions. `open` gives an empty store. */
export function accessConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);

  describe(`access on ${engine}`, () => {
    it('keeps keys, replaces and ends them, and the trail tells each without their hashes', async () => {
      await using store = await open();
      const { access } = store;
      const now = Date.now();
      assert.equal(await access.hasUsableKey(now), false);
      const asked = exampleKey({ expiresAt: now + 60_000 });
      const made = await access.createKey(actor, asked);
      assert.deepEqual(made, {
        ...asked,
        createdAt: made.createdAt,
        createdBy: 'ada',
        revokedAt: null,
        replacedBy: null,
        usedAt: null,
      });
      assert.deepEqual(await access.key(asked.id), made);
      assert.equal(await access.key('none'), null);
      assert.deepEqual([await access.hasUsableKey(now), await access.hasUsableKey(now + 60_000)], [true, false]);
      await assert.rejects(access.createKey(actor, asked));

      const fresh = exampleKey();
      await access.replaceKey(actor, asked.id, fresh, now + 120_000);
      const old = (await access.key(asked.id))!;
      assert.deepEqual([old.replacedBy, old.expiresAt], [fresh.id, now + 60_000], 'no longer than it would have lived');
      await rejects(access.replaceKey(actor, asked.id, exampleKey(), now), 'USAGE');
      await rejects(access.replaceKey(actor, 'none', exampleKey(), now), 'NOT_FOUND');
      await access.noteUse(fresh.id, 17);
      const ended = await access.revokeKey(actor, fresh.id, 'stolen');
      assert.ok(ended.revokedAt !== null && ended.usedAt === 17);
      await rejects(access.revokeKey(actor, fresh.id, 'again'), 'USAGE');
      await rejects(access.revokeKey(actor, 'none', 'x'), 'NOT_FOUND');
      assert.deepEqual(new Set((await access.keys()).map(({ id }) => id)), new Set([asked.id, fresh.id]));

      const events = await store.trail.read();
      assert.deepEqual(
        events.map(({ what, subject, why, who }) => [what, subject, why, who]),
        [
          ['key.create', `key ${asked.id}`, null, 'ada'],
          ['key.rotate', `key ${asked.id}`, null, 'ada'],
          ['key.revoke', `key ${fresh.id}`, 'stolen', 'ada'],
        ],
      );
      const told = JSON.stringify(events);
      for (const { hash } of [asked, fresh]) assert.ok(!told.includes(hash));
    });

    it('keeps sessions until they end; those of a key end with it', async () => {
      await using store = await open();
      const { access } = store;
      const key = await access.createKey(actor, exampleKey());
      const session = (hash: string, fields = {}) => ({
        hash,
        keyId: key.id,
        name: 'ada',
        roles: ['viewer'],
        createdAt: 1_000,
        expiresAt: 2_000,
        ...fields,
      });
      await access.beginSession(session('a'));
      await access.beginSession(session('b', { keyId: null, expiresAt: 9_000 }));
      assert.deepEqual(await access.session('a'), session('a'));
      // Beginning one forgets those that have ended.
      await access.beginSession(session('c', { createdAt: 3_000, expiresAt: 4_000 }));
      assert.equal(await access.session('a'), null);
      await access.revokeKey(actor, key.id, 'x');
      assert.deepEqual([await access.session('c'), (await access.session('b'))?.name], [null, 'ada']);
      await access.beginSession(session('d', { keyId: null, expiresAt: 9_000 }));
      assert.equal(await access.endSessionsOf(actor, 'ada', 'left'), 2);
      await rejects(access.endSessionsOf(actor, 'ada', 'left'), 'NOT_FOUND');
      const [last] = await store.trail.read({ last: 1 });
      assert.deepEqual([last!.what, last!.subject, last!.why], ['session.end', 'person ada', 'left']);
      await access.beginSession(session('b', { keyId: null, expiresAt: 9_000 }));
      await access.endSession('b');
      assert.equal(await access.session('b'), null);
    });

    it('keys go with a dump, sessions do not', async () => {
      await using store = await open();
      const key = await store.access.createKey(actor, exampleKey());
      await store.access.beginSession({ hash: 'a', keyId: null, name: 'x', roles: [], createdAt: 0, expiresAt: 9e12 });
      await using copy = await open();
      await copy.load(store.dump());
      assert.deepEqual(await copy.access.key(key.id), key);
      assert.equal(await copy.access.session('a'), null);
    });
  });
}
