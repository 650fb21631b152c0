import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessStore, KeyRow } from '../../store/access/types.ts';
import { credentialsCheck } from './credentials-check.ts';
import type { Finding } from './health.ts';

const day = 86_400_000;
const now = Date.parse('2026-03-01T00:00:00Z');

function key(fields: Partial<KeyRow>): KeyRow {
  return {
    ...{ id: 'k', name: 'gateway', hash: '', roles: [], scope: { only: null, deployments: null }, createdBy: 'x' },
    ...{ createdAt: 0, revokedAt: null, replacedBy: null, usedAt: now - day, expiresAt: now + 3 * day },
    ...fields,
  };
}

async function look(keys: KeyRow[] | Error, end: number | null = null): Promise<Finding> {
  const access = { keys: async () => (keys instanceof Error ? Promise.reject(keys) : keys) } as AccessStore;
  return (await credentialsCheck({ access, certificateEnd: () => end }, () => now).look()) as Finding;
}

test('a key that is in use and ends within a week is told of by day, and what to do', async () => {
  const found = await look([key({ id: 'later', expiresAt: now + 5 * day }), key({ id: 'first' })]);
  assert.deepEqual(found, {
    status: 'degraded',
    words: 'Key first, which is in use, ends on 2026-03-04: osler keys rotate first',
  });
});

test('keys that nobody uses, that were replaced or revoked, or live on, trouble nobody', async () => {
  const fine = [
    key({ usedAt: null }),
    key({ usedAt: now - 31 * day }),
    key({ replacedBy: 'other' }),
    key({ revokedAt: now - 1 }),
    key({ expiresAt: null }),
    key({ expiresAt: now + 8 * day }),
    key({ expiresAt: now - 1 }),
  ];
  for (const one of fine) assert.equal((await look([one])).status, 'ok', JSON.stringify(one));
  assert.equal((await look(new Error('the store is away'))).status, 'ok');
});

test('the TLS certificate', async () => {
  assert.deepEqual(await look([], now + 90 * day), { status: 'ok', words: 'The TLS certificate ends on 2026-05-30.' });
  assert.equal((await look([], now + 6 * day)).status, 'degraded');
  assert.deepEqual(await look([], now - day), { status: 'failed', words: 'The TLS certificate ended on 2026-02-28.' });
});
