import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { RegistryWriter, VersionRecord } from './registry/types.ts';
import type { Store } from './store.ts';
import { GENESIS } from './trail-event.ts';

const actor = { who: 'ann', via: 'test' };

export function external(fields: Partial<VersionRecord> = {}): VersionRecord {
  return {
    format: 'osler-version/1',
    kind: 'external',
    registeredBy: 'ann',
    source: 's3://bucket/model',
    location: null,
    runId: null,
    runLink: null,
    modelId: null,
    bundle: null,
    lineage: {
      trainer: null,
      dataset: null,
      code: null,
      oslerVersion: null,
      engine: null,
      seed: null,
      config: null,
      pretrained: null,
      parent: null,
    },
    ...fields,
  };
}

/** What the registry's and the trail's tables do on every engine. `exec` runs a statement past Osler, as an intruder would. */
export function registryConformance(
  engine: string,
  open: () => Promise<{ store: Store; exec: (sql: string) => Promise<void> }>,
): void {
  const add = async (registry: RegistryWriter, name: string, versions: Partial<VersionRecord>[] = [{}]) => {
    const model = (await registry.model(name)) ?? (await registry.addModel(name, null));
    for (const fields of versions) await registry.addVersion(model.id, external(fields), null);
    await registry.event({ what: 'model.create', subject: name, after: { name } });
    return model.id;
  };

  describe(`registry on ${engine}`, () => {
    it('chains its events: numbers without a gap, times that never go back, each with the hash before it', async () => {
      const { store } = await open();
      await using _ = store;
      for (const what of ['a', 'b', 'c'])
        await store.trail.append({ who: 'a\0b\ud800', what, subject: 's', after: { z: 1, a: [null, 'é'] } });
      const events = await store.trail.read();
      assert.deepEqual(
        events.map(({ seq, what }) => [seq, what]),
        [
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
        ],
      );
      assert.deepEqual(
        events.map(({ previous }) => previous),
        [GENESIS, events[0]!.hash, events[1]!.hash],
      );
      assert.equal(events[0]!.after, '{"a":[null,"é"],"z":1}');
      assert.equal(events[0]!.who, 'a\ufffdb\ufffd');
      assert.ok(events[0]!.at <= events[1]!.at && events[1]!.at <= events[2]!.at);
      assert.deepEqual(await store.trail.witness(), { seq: 3, hash: events[2]!.hash });
      assert.deepEqual(await store.trail.read({ last: 1 }), [events[2]]);
    });

    it('finds events by model, person and verb, in pages', async () => {
      const { store } = await open();
      await using _ = store;
      const subjects = ['skin', 'skin@3', 'skin@champion', 'skin@x@3', 'skinny', 'deployment skin'];
      for (const [i, subject] of subjects.entries()) {
        await store.trail.append({ who: i % 2 === 0 ? 'ada' : 'ben', what: `deed.${i % 3}`, subject });
      }
      const found = async (query: Parameters<typeof store.trail.read>[0]) =>
        (await store.trail.read(query)).map(({ subject }) => subject);
      assert.deepEqual(await found({ model: 'skin' }), ['skin', 'skin@3', 'skin@champion']);
      assert.deepEqual(await found({ model: 'skin@x' }), ['skin@x@3']);
      assert.deepEqual(await found({ model: 'skin', who: 'ada' }), ['skin', 'skin@champion']);
      assert.deepEqual(await found({ what: ['deed.1', 'deed.2'], last: 2 }), ['skinny', 'deployment skin']);
      assert.deepEqual(await found({ before: 4, last: 2 }), ['skin@3', 'skin@champion']);
      assert.deepEqual(await found({ what: [] }), []);
    });

    it('refuses to change, remove or replace what is written once, whoever asks', async () => {
      const { store, exec } = await open();
      await using _ = store;
      await store.registry.change(actor, async (registry) => {
        const id = await add(registry, 'skin');
        await registry.addDecision(id, 1, {
          decision: 'reject',
          reason: 'x',
          override: null,
          policy: null,
          evidence: null,
        });
      });
      await store.deployments.create(actor, 'derma', { what: 'deployment.create', spec: {} });
      const statements = [
        `update events set who = 'eve'`,
        'delete from events',
        `update model_versions set source = 's3://evil'`,
        'delete from model_versions',
        `update decisions set who = 'eve'`,
        'delete from decisions',
        ...(engine === 'SQLite'
          ? [
              `insert or replace into events select * from events where seq = 1`,
              'insert or replace into deployment_revisions select * from deployment_revisions',
            ]
          : ['truncate events', 'truncate decisions cascade', 'truncate deployment_revisions']),
      ];
      for (const statement of statements) await assert.rejects(exec(statement), /written once/, statement);
    });

    it('says which of the triggers that keep rows as they are is missing, or does nothing', async () => {
      const { store, exec } = await open();
      await using _ = store;
      assert.deepEqual(await store.trail.missingGuards(), []);
      const attacks =
        engine === 'SQLite'
          ? [
              'drop trigger events_update',
              'drop trigger decisions_replace',
              'drop trigger deployment_revisions_delete',
              'create trigger deployment_revisions_delete before delete on deployment_revisions when 0 begin select 1; end',
            ]
          : [
              'alter table events disable trigger events_rows',
              'create trigger events_late before delete on events for each row execute function osler_append_only()',
              'drop trigger decisions_truncate on decisions',
              'drop trigger deployment_revisions_rows on deployment_revisions',
            ];
      for (const statement of attacks) await exec(statement);
      const lacking = (await store.trail.missingGuards()).map((words) => words.replace(/^nothing keeps the /, ''));
      const words = 'a trigger is missing or was altered';
      assert.deepEqual(lacking, [
        `rows of events from update: ${words}`,
        `rows of decisions from ${engine === 'SQLite' ? 'replace' : 'truncate'}: ${words}`,
        `rows of deployment_revisions from ${engine === 'SQLite' ? 'delete' : 'update, delete'}: ${words}`,
      ]);
      if (engine === 'SQLite') return;
      await exec(
        'create or replace function osler_append_only() returns trigger language plpgsql as $$ begin return new; end $$',
      );
      assert.equal((await store.trail.missingGuards()).length, 4);
    });

    it('undoes a change whose work fails, events and all', async () => {
      const { store } = await open();
      await using _ = store;
      await assert.rejects(
        store.registry.change(actor, async (registry) => {
          await add(registry, 'skin');
          throw new Error('stop');
        }),
        /stop/,
      );
      assert.equal(await store.registry.model('skin'), null);
      assert.deepEqual(await store.trail.read(), []);
    });

    it('numbers versions from 1 for each model, and lets one change at a time happen', async () => {
      const { store } = await open();
      await using _ = store;
      await store.registry.change(actor, (registry) => add(registry, 'skin'));
      await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          store.registry.change({ who: `p${i}`, via: '' }, async (registry) => {
            const model = (await registry.model('skin'))!;
            const version = await registry.addVersion(model.id, external(), null);
            const before = model.aliases.champion ?? null;
            await registry.setAlias(model.id, 'champion', version);
            await registry.event({
              what: 'alias.set',
              subject: 'skin@champion',
              before: { before },
              after: { version },
            });
          }),
        ),
      );
      const versions = await store.registry.versions('skin');
      assert.deepEqual(
        versions.map(({ version }) => version),
        [9, 8, 7, 6, 5, 4, 3, 2, 1],
      );
      const moves = (await store.trail.read({ subject: 'skin@champion' })).map(({ before, after }) => [
        JSON.parse(before!).before,
        JSON.parse(after!).version,
      ]);
      // Each saw what the one before it had done.
      assert.deepEqual(
        moves,
        Array.from({ length: 8 }, (_, i) => [i === 0 ? null : i + 1, i + 2]),
      );
      assert.equal((await store.registry.model('skin'))!.aliases.champion, 9);
    });

    it('refuses a name that is taken; a deleted model frees its name and keeps its rows', async () => {
      const { store } = await open();
      await using _ = store;
      const id = await store.registry.change(actor, (registry) => add(registry, 'skin'));
      const taken = store.registry.change(actor, (registry) => registry.addModel('skin', null));
      await assert.rejects(taken, (error) => error instanceof OslerError && error.code === 'ALREADY_EXISTS');
      await store.registry.change(actor, (registry) => registry.changeModel(id, { deleted: true }));
      assert.equal(await store.registry.model('skin'), null);
      assert.deepEqual(await store.registry.versions('skin'), []);
      await store.registry.change(actor, (registry) => add(registry, 'skin'));
      assert.deepEqual(
        (await store.registry.versions('skin')).map(({ version }) => version),
        [2],
      );
      assert.equal((await store.registry.sealed()).length, 2);
    });

    it('never uses a number twice under one name, whoever had the name', async () => {
      const { store } = await open();
      await using _ = store;
      const change = <T>(work: (registry: RegistryWriter) => Promise<T>) => store.registry.change(actor, work);
      const rename = (id: number, name: string, next: string) =>
        change(async (registry) => {
          await registry.changeModel(id, { name: next });
          const before = { name, id, ...(await registry.numbers(id)) };
          await registry.event({ what: 'model.rename', subject: name, before, after: { name: next } });
        });
      const numbers = async (name: string) => (await store.registry.versions(name)).map(({ version }) => version);
      const first = await change((registry) => add(registry, 'skin', [{}, {}]));
      await change((registry) => registry.changeVersion(first, 2, { deleted: true }));
      await rename(first, 'skin', 'derm');
      const second = await change((registry) => add(registry, 'skin'));
      assert.deepEqual(await numbers('skin'), [3]);
      await change((registry) => registry.changeModel(second, { deleted: true }));
      // Its own numbers come back with it.
      await rename(first, 'derm', 'skin');
      await change((registry) => add(registry, 'skin'));
      assert.deepEqual(await numbers('skin'), [4, 1]);
      const third = await change((registry) => add(registry, 'moles', [{}, {}, {}]));
      await change((registry) => registry.changeModel(first, { deleted: true }));
      await assert.rejects(rename(third, 'moles', 'skin'), /named versions of another model/);
      assert.deepEqual(await numbers('moles'), [3, 2, 1]);
    });

    it('moves whole with the store: numbers go on, signatures hold', async () => {
      const { store } = await open();
      await using _ = store;
      await store.registry.change(actor, async (registry) => {
        const id = await add(registry, 'skin', [{}, { runId: 'r' }]);
        await registry.setAlias(id, 'champion', 2);
        await registry.setModelTag(id, 'k', 'naïve "tag"');
        await registry.setVersionTag(id, 1, 'k', 'v');
        const evidence = { checks: [1, null, 'x'] };
        await registry.addDecision(id, 1, { decision: 'approve', reason: 'x', override: 'y', policy: {}, evidence });
      });
      const lines: string[] = [];
      for await (const line of store.dump()) lines.push(line);
      const { store: copy } = await open();
      await using __ = copy;
      await copy.load(
        (async function* () {
          yield* lines;
        })(),
      );
      assert.deepEqual(await copy.trail.read(), await store.trail.read());
      assert.deepEqual(await copy.registry.versions('skin'), await store.registry.versions('skin'));
      assert.deepEqual(await copy.registry.model('skin'), await store.registry.model('skin'));
      assert.deepEqual(await copy.registry.decisionDigests(), await store.registry.decisionDigests());
      await copy.registry.change(actor, (registry) => add(registry, 'other'));
      assert.equal((await copy.trail.read()).at(-1)!.seq, 2);
      const again = copy.load(
        (async function* () {
          yield* lines;
        })(),
      );
      await assert.rejects(again, (error) => error instanceof OslerError && error.code === 'ALREADY_EXISTS');
    });

    it("searches in MLflow's grammar", async () => {
      const { store } = await open();
      await using _ = store;
      await store.registry.change(actor, async (registry) => {
        const a = await add(registry, 'Skin A', [{ runId: 'r1' }, { runId: 'r2', source: 'runs:/r2/x' }]);
        await registry.setModelTag(a, 'ward', 'A3');
        await registry.setVersionTag(a, 2, 'a b', 'x');
        const b = await add(registry, 'skin_b', [{ runId: 'r1' }]);
        await registry.setModelTag(b, 'ward', 'B1');
        const prompt = await add(registry, 'prompt', []);
        await registry.setModelTag(prompt, 'mlflow.prompt.is_prompt', 'true');
      });
      const models = async (filter: string, orderBy: string[] = []) =>
        (await store.registry.models({ filter, orderBy, limit: 10, offset: 0 })).map(({ name }) => name);
      const versions = async (filter: string, orderBy: string[] = []) =>
        (await store.registry.searchVersions({ filter, orderBy, limit: 10, offset: 0 })).map(
          ({ model, version }) => `${model}@${version}`,
        );
      assert.deepEqual(await models(''), ['Skin A', 'skin_b']);
      assert.deepEqual(await models('', ['name DESC']), ['skin_b', 'Skin A']);
      assert.deepEqual(await models("name LIKE 'skin%'"), ['skin_b']);
      assert.deepEqual(await models("name ILIKE 'skin%' AND tags.ward = 'A3'"), ['Skin A']);
      assert.deepEqual(await models("name ILIKE 'skin\\_b'"), []);
      assert.deepEqual(await models("tags.`ward` != 'A3' and name != 'x'"), ['skin_b']);
      assert.deepEqual(await models("name IN ('skin_b', 'x')"), ['skin_b']);
      assert.deepEqual(await models("tags.`mlflow.prompt.is_prompt` = 'true'"), ['prompt']);
      assert.deepEqual(await versions("run_id = 'r1'", ['name ASC']), ['Skin A@1', 'skin_b@1']);
      assert.deepEqual(await versions("name = 'Skin A' and version_number > 1"), ['Skin A@2']);
      assert.deepEqual(await versions("source_path LIKE 'runs:/%'"), ['Skin A@2']);
      assert.deepEqual(await versions('tags."a b" = \'x\''), ['Skin A@2']);
      for (const wrong of [
        "stage = 'x'",
        'name = 3',
        "name > 'a'",
        "name = 'a' or name = 'b'",
        "version_number = 'x'",
        'name =',
        "name = 'a",
      ]) {
        await assert.rejects(versions(wrong), (error) => error instanceof OslerError && error.code === 'USAGE', wrong);
      }
      await assert.rejects(models('', ['size']), /Invalid order by key 'size'/);
    });
  });
}
