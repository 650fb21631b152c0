/** Hostile requests to real servers; `./osler bench fuzz` sends ten times as many. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fuzzImages, SLACK } from '../../bench/fuzz/fuzz.ts';
import { fuzzSchema } from '../../bench/fuzz/schemathesis.ts';
import { startServers } from '../../bench/fuzz/servers.ts';

describe('hostile requests', () => {
  let home: string;
  let servers: Awaited<ReturnType<typeof startServers>>;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-fuzz-'));
    servers = await startServers(home);
  });
  after(async () => {
    await servers?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('damaged images in every way that they can be sent: no 5xx, and the server is as it was', async () => {
    // What threads and the runtime set aside with the first ones is no growth.
    const { resident: first } = await fuzzImages(servers.serve, { count: 500, seed: 2 });
    const { wrong, outcomes, requests, resident } = await fuzzImages(servers.serve, { count: 500, seed: 1 });
    assert.deepEqual(wrong, []);
    assert.equal(requests, 500);
    // Some of them are in order, and most are told what is wrong with them.
    assert.ok(outcomes['200 ok']! > 20, JSON.stringify(outcomes));
    assert.ok(Object.keys(outcomes).length > 5, JSON.stringify(outcomes));
    assert.ok(resident.after < first.after + SLACK, JSON.stringify([first, resident]));
  });

  it('requests made up from the OpenAPI documents', async () => {
    for (const target of [servers.serve, servers.house]) {
      const { wrong, operations, requests, resident } = await fuzzSchema(target, {
        examples: 3,
        seed: 1,
        corners: false,
      });
      assert.deepEqual(wrong, [], target.name);
      assert.ok(operations > 40 && requests > 100, `${target.name}: ${operations} operations, ${requests} requests`);
      assert.ok(resident.after < resident.before + SLACK, `${target.name}: ${JSON.stringify(resident)}`);
    }
  });
});
