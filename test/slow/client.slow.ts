/** The client as others have it: built, installed in a project of its own, its guide's examples run there, and in a browser. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { zipSync } from 'fflate';
import { type TestHouse, testHouse } from '../../src/server/testing-house.ts';
import { picture } from '../../src/serving/testing.ts';
import { exampleRun } from '../../src/store/testing.ts';
import { launchBrowser, noBrowser } from '../browser/chromium.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules', '.bin', 'tsc');

let project: string;
let house: TestHouse;
let examples: { title: string; code: string }[];

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'osler-project-'));
  const built = join(project, 'node_modules', 'osler-client');
  await run(tsc, ['-p', join(root, 'tsconfig.client.json'), '--outDir', built]);
  await cp(join(root, 'src', 'client', 'package.json'), join(built, 'package.json'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const images = await Promise.all([1, 2, 3].map((seed) => picture(seed, 80, 60, 'jpeg')));
  await writeFile(join(project, 'lesion.jpg'), images[0]!);
  await writeFile(join(project, 'scans.zip'), zipSync({ 'a.jpg': images[1]!, 'b.jpg': images[2]! }));
  house = await testHouse();
  await house.store.runs.create(
    exampleRun({ name: 'first', status: 'finished', best: { epoch: 3, metric: 'val/auroc', value: 0.9 } }),
  );
  examples = [];
  for (const file of ['README.md', 'docs/client.md']) {
    const guide = await readFile(join(root, file), 'utf8');
    let under = file;
    for (const [, title, code] of guide.matchAll(/^## (.+)$|^```ts\n([\s\S]*?)^```$/gm)) {
      if (code !== undefined) examples.push({ title: under, code });
      under = title ?? under;
    }
  }
});
after(async () => {
  await house?.close();
  await rm(project, { recursive: true, force: true });
});

describe('the built client', () => {
  it('needs nothing, and has the version of the rest', async () => {
    const own = JSON.parse(await readFile(join(root, 'src', 'client', 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const whole = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(own.version, whole.version);
    assert.equal(own.dependencies, undefined);
    const { stdout } = await run('grep', ['-rhoE', "from '[^']+'", join(project, 'node_modules', 'osler-client')]);
    for (const line of stdout.trim().split('\n')) assert.match(line, /^from '\.\//);
  });

  it('types the examples of its guide', async () => {
    assert.ok(examples.length >= 5);
    for (const [i, { code }] of examples.entries()) await writeFile(join(project, `example-${i}.ts`), code);
    const files = examples.map((_, i) => `example-${i}.ts`);
    const flags = ['--noEmit', '--strict', '--module', 'NodeNext', '--target', 'ES2024', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules', '@types')];
    await run(tsc, [...flags, ...types, ...files], { cwd: project }).catch((error: { stdout: string }) =>
      assert.fail(error.stdout),
    );
  });

  it('runs the examples of its guide', async () => {
    const said: Record<string, string> = {};
    for (const [i, { title, code }] of examples.entries()) {
      const file = join(project, `run-${i}.ts`);
      await writeFile(file, code.replaceAll('http://127.0.0.1:5000', house.url));
      const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], { cwd: project });
      said[title] = stdout;
    }
    assert.match(said['README.md']!, /^(benign|malignant) by skin@1\n$/);
    assert.match(said.Predict!, /^(benign|malignant) (true|false) .+\nskin@1 [0-9a-f-]{36}\n$/);
    assert.match(said.Feedback!, /skin@1 said (benign: right|malignant: wrong).*\nthe same answer again: true/);
    assert.match(said.Jobs!, /2 of 2\na\.jpg (benign|malignant)\nb\.jpg (benign|malignant)\n$/);
    assert.match(
      said['Runs, models, deployments']!,
      /^first val\/auroc 0\.9\nskin@3 pending\nskin@2 approved\nskin@1 approved\nderma skin@1 100%\n$/,
    );
    assert.match(said['Errors, keys, and trying again']!, /^415 IMAGE_TYPE The image is of no type/);
  });
});

interface Seen {
  label: string;
  heatmap: string;
  lines: string[];
  refused: boolean;
}

describe('in a browser', { skip: noBrowser() }, () => {
  let server: Server;
  let url: string;
  before(async () => {
    // A page with the client, and the house behind the same origin.
    server = createServer(async (request, response) => {
      const path = request.url!.split('?')[0]!;
      if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title>');
      if (extname(path) === '.js') {
        const text = await readFile(join(project, 'node_modules', 'osler-client', path));
        return response.setHeader('content-type', 'text/javascript').end(text);
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const type = request.headers['content-type'];
      const answer = await fetch(house.url + request.url, {
        method: request.method!,
        headers: type === undefined ? {} : { 'content-type': type },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) as unknown as NonNullable<RequestInit['body']> }),
      });
      return response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(await answer.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it('predicts a file of a form, and reads a job’s answers as they come', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const bytes = JSON.stringify([...(await readFile(join(project, 'lesion.jpg')))]);
      const seen = await page.evaluate<Seen>(`(async () => {
        const { Osler, OslerError } = await import('/index.js');
        const osler = new Osler();
        const file = new File([new Uint8Array(${bytes})], 'patient meier.jpg', { type: 'image/jpeg' });
        const answer = await osler.predict(file, { heatmap: true });
        const { id } = await osler.jobs.create([{ name: 'a.jpg', content: file }]);
        await osler.jobs.wait(id, { everyMs: 50 });
        const lines = [];
        for await (const line of osler.jobs.result(id)) lines.push(line.outcome);
        const refused = await osler.predict(new Blob(['x'])).catch((error) => error instanceof OslerError);
        return { label: answer.label, heatmap: answer.heatmap.image.slice(0, 15), lines, refused };
      })()`);
      assert.ok(['benign', 'malignant'].includes(seen.label));
      assert.deepEqual([seen.heatmap, seen.lines, seen.refused], ['data:image/png;', ['ok'], true]);
    } finally {
      await browser.close();
    }
  });
});
