import assert from 'node:assert/strict';
import { appendFile, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { OslerError } from '../../errors.ts';
import { artifactsDir, runDir } from '../paths.ts';
import type { Store } from '../store.ts';
import { exampleRun } from '../testing.ts';

const ABCD = '88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589';

/** What every engine must do for artifacts. `open` gives an empty store on a fresh home. */
export function artifactConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string, message?: RegExp) =>
    assert.rejects(
      promise,
      (error) => error instanceof OslerError && error.code === code && (message?.test(error.message) ?? true),
    );
  const put = async (store: Store, id: string, path: string, text: string): Promise<string> => {
    const file = join(runDir(store.home, id), path);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    await writeFile(file, text);
    return file;
  };
  const stream = async function* (...pieces: string[]) {
    for (const piece of pieces) yield Buffer.from(piece);
  };
  const textOf = async (store: Store, owner: string, path: string): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of (await store.artifacts.read(owner, path)).body) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  };
  const contents = async (store: Store): Promise<string[]> =>
    (await readdir(artifactsDir(store.home), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  const blobFile = (store: Store, sha256: string): string => join(artifactsDir(store.home), sha256.slice(0, 2), sha256);

  describe(`artifacts on ${engine}`, () => {
    it('links a file of a run, keeps equal contents once, and replaces the entry of a changed one', async () => {
      await using store = await open();
      const [a, b] = [await store.runs.create(exampleRun()), await store.runs.create(exampleRun())];
      const file = await put(store, a.id, 'curves.svg', 'abc');
      await store.artifacts.add(a.id, { path: 'curves.svg', kind: 'plot' });
      assert.equal((await stat(file)).nlink, 2);
      await put(store, a.id, 'curves.svg', 'abcd');
      const added = await store.artifacts.add(a.id, { path: 'curves.svg', kind: 'plot' });
      assert.deepEqual([added.bytes, added.sha256], [4, ABCD]);
      assert.deepEqual(await store.artifacts.list(a.id), [added]);
      await put(store, b.id, 'plots/same.svg', 'abcd');
      await store.artifacts.add(b.id, { path: 'plots/same.svg', kind: 'plot' });
      await store.artifacts.write(b.id, { path: 'sent.svg', kind: 'file' }, stream('ab', 'cd'));
      assert.equal((await contents(store)).length, 2);
      assert.equal(await textOf(store, b.id, 'sent.svg'), 'abcd');
    });

    it('copies a file that grows', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const file = await put(store, id, 'log.jsonl', 'one\n');
      await store.artifacts.add(id, { path: 'log.jsonl', kind: 'log', grows: true });
      await appendFile(file, 'two\n');
      assert.equal(await textOf(store, id, 'log.jsonl'), 'one\n');
      await store.artifacts.add(id, { path: 'log.jsonl', kind: 'log', grows: true });
      assert.equal(await textOf(store, id, 'log.jsonl'), 'one\ntwo\n');
    });

    it('lists pages and folders, and removes files and folders', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      for (const path of ['a/b/1', 'a/b/2', 'a/b0', 'a.txt', 'z', 'Ä/ö'])
        await store.artifacts.write(id, { path, kind: 'file' }, stream(path));
      const paths = async (page?: object) => (await store.artifacts.list(id, page)).map((a) => a.path);
      assert.deepEqual(await paths(), ['a.txt', 'a/b/1', 'a/b/2', 'a/b0', 'z', 'Ä/ö']);
      assert.deepEqual(await paths({ under: 'a/b' }), ['a/b/1', 'a/b/2']);
      assert.deepEqual(await paths({ after: 'a/b/1', limit: 2 }), ['a/b/2', 'a/b0']);
      assert.equal(await store.artifacts.remove(id, 'a/b'), 2);
      assert.equal(await store.artifacts.remove(id, 'a/b'), 0);
      assert.deepEqual(await paths(), ['a.txt', 'a/b0', 'z', 'Ä/ö']);
    });

    it('refuses paths that lead elsewhere, a file in the place of a folder, and unknown owners', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const write = (path: string, owner = id) => store.artifacts.write(owner, { path, kind: 'file' }, stream('x'));
      for (const path of [
        '',
        '..',
        '../x',
        'a/../../x',
        '/etc/passwd',
        'a//b',
        './a',
        'a\\..\\b',
        'C:/x',
        'a\0b',
        'a/\ud800',
        'a'.repeat(256),
      ])
        await rejects(write(path), 'USAGE');
      await rejects(store.artifacts.add(id, { path: '../../osler.db', kind: 'file' }), 'USAGE');
      await write('a/b');
      await rejects(write('a'), 'USAGE', /"a" is a folder: it holds "a\/b"/);
      await rejects(write('a/b/c'), 'USAGE', /"a\/b" is a file/);
      await rejects(write('x', '0'.repeat(32)), 'NOT_FOUND');
      await rejects(store.artifacts.read(id, 'none'), 'NOT_FOUND');
      await rejects(store.artifacts.add(id, { path: 'none', kind: 'file' }), 'NOT_FOUND');
      assert.deepEqual(
        (await store.artifacts.list(id)).map((a) => a.path),
        ['a/b'],
      );
      assert.equal((await contents(store)).length, 1);
    });

    it('keeps nothing of a stream that breaks off', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const broken = async function* () {
        yield Buffer.from('half');
        throw new Error('the client went away');
      };
      await assert.rejects(store.artifacts.write(id, { path: 'x', kind: 'file' }, broken()), /went away/);
      assert.deepEqual([await store.artifacts.list(id), await contents(store)], [[], []]);
    });

    it('never ends well on an altered content', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const { sha256 } = await store.artifacts.write(id, { path: 'x', kind: 'file' }, stream('content'));
      const check = async (content: boolean): Promise<string[]> => {
        const found: string[] = [];
        for await (const problem of store.artifacts.check({ content })) found.push(problem);
        return found;
      };
      assert.deepEqual(await check(true), []);
      await rm(blobFile(store, sha256));
      await writeFile(blobFile(store, sha256), 'kontent');
      const { body } = await store.artifacts.read(id, 'x');
      let seen = '';
      await rejects(
        (async () => {
          for await (const piece of body) seen += piece;
        })(),
        'ARTIFACT_ALTERED',
      );
      assert.equal(seen, '');
      assert.deepEqual([await check(false), (await check(true)).length], [[], 1]);
      await rm(blobFile(store, sha256));
      await rejects(store.artifacts.read(id, 'x'), 'NOT_FOUND', /not at local/);
      assert.match((await check(false))[0]!, /artifact x of .* is missing/);
      // Whoever records it again mends it.
      await store.artifacts.write(id, { path: 'y', kind: 'file' }, stream('content'));
      assert.equal(await textOf(store, id, 'x'), 'content');
    });

    it('frees what no artifact refers to, and says before how much it will be', async () => {
      await using store = await open();
      const [a, b] = [
        await store.runs.create(exampleRun({ status: 'finished' })),
        await store.runs.create(exampleRun({ status: 'finished' })),
      ];
      for (const { id } of [a, b]) await store.artifacts.write(id, { path: 'same', kind: 'file' }, stream('same'));
      await store.artifacts.write(a.id, { path: 'own', kind: 'file' }, stream('own content'));
      const nothing = { files: 0, bytes: 0, left: 0, problem: null };
      assert.deepEqual(await store.artifacts.free({ dryRun: true }), nothing);
      await store.runs.delete(a.id);
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), nothing);
      const own = { ...nothing, files: 1, bytes: 11 };
      assert.deepEqual(await store.artifacts.free({ dryRun: true }), own);
      await store.runs.purge(a.id);
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), own);
      assert.equal(await textOf(store, b.id, 'same'), 'same');
      // A file that somebody links elsewhere frees nothing.
      await store.artifacts.remove(b.id, 'same');
      await link(join(artifactsDir(store.home), '09', (await contents(store))[0]!), join(store.home, 'kept'));
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), { ...nothing, files: 1 });
      assert.equal(await readFile(join(store.home, 'kept'), 'utf8'), 'same');
    });

    it('frees the files of deleted logged models', async () => {
      await using store = await open();
      const model = async () => {
        const { id } = await store.loggedModels.create({ experimentId: 0, name: 'm' });
        await store.artifacts.write(id, { path: 'model.onnx', kind: 'file' }, stream(`weights of ${id}`));
        return id;
      };
      const [kept, gone] = [await model(), await model()];
      await store.loggedModels.delete(gone);
      const freed = { files: 1, bytes: 45, left: 0, problem: null };
      assert.deepEqual(await store.artifacts.free({ dryRun: true }), freed);
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), freed);
      assert.equal(await textOf(store, kept, 'model.onnx'), `weights of ${kept}`);
      await rejects(store.artifacts.read(gone, 'model.onnx'), 'NOT_FOUND');
    });

    it('loses nothing when the same contents are written, removed and freed at once', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const writer = async (n: number): Promise<void> => {
        for (let i = 0; i < 12; i++) {
          const path = `${n}/${i}`;
          await store.artifacts.write(id, { path, kind: 'file' }, stream(`content ${i % 3}`));
          assert.equal(await textOf(store, id, path), `content ${i % 3}`);
          if (i % 2 === 0) await store.artifacts.remove(id, path);
        }
      };
      let writing = true;
      const sweeper = async (): Promise<void> => {
        while (writing) await store.artifacts.free({ dryRun: false });
      };
      const sweeping = sweeper();
      await Promise.all([1, 2, 3].map(writer)).finally(() => {
        writing = false;
      });
      await sweeping;
      const left = await store.artifacts.list(id);
      assert.equal(left.length, 18);
      for (const { path } of left)
        assert.equal(await textOf(store, id, path), `content ${Number(path.split('/')[1]) % 3}`);
      for await (const problem of store.artifacts.check({ content: true })) assert.fail(problem);
    });
  });
}
