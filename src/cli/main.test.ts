import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { makeContext } from './context.ts';
import { VERBS } from './verbs.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function osler(args: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }));
  });
}

test('a mistake that the parser finds is one JSON document too, with exit code 2', async () => {
  const cases = [['frobnicate'], ['predict'], ['predict', 'b', 'x.jpg', '--threads', '0'], ['runs', 'list', '--frob']];
  const answers = await Promise.all(cases.map((args) => osler([...args, '--json'])));
  for (const [i, { code, stdout }] of answers.entries()) {
    assert.equal(code, 2, cases[i]!.join(' '));
    assert.equal(JSON.parse(stdout).error.code, 'USAGE', cases[i]!.join(' '));
  }
});

test('a recipe is shown before there is a dataset for it, and says that one is to be given', async () => {
  const { code, stdout } = await osler(['config', 'show', 'demo', '--json']);
  const { config, origins } = JSON.parse(stdout);
  assert.deepEqual([code, config.dataset, origins.dataset], [0, null, 'to be given: dataset=NAME']);
  assert.match((await osler(['config', 'show', 'demo', 'dataset=ham'])).stdout, /^dataset: ham +# command line$/m);
});

test('every verb and every command below it has help with examples', async () => {
  const signal = new AbortController().signal;
  const context = makeContext({ json: false, home: '/nowhere', databaseUrl: undefined, artifacts: undefined, signal });
  const without: string[] = [];
  for (const { load } of Object.values(VERBS)) {
    const program = new Command('osler');
    await (await load(['--help'])).register(program, context, ['--help']);
    const look = (command: Command, path: string): void => {
      const parts: string[] = [];
      command.configureOutput({ writeOut: (part) => parts.push(part) }).outputHelp();
      if (!/\nExamples?:\n {2}(\w+=\S+ )*osler /.test(parts.join(''))) without.push(path);
      for (const below of command.commands) look(below, `${path} ${below.name()}`);
    };
    for (const command of program.commands) look(command, command.name());
  }
  assert.deepEqual(without, []);
});

test('a reader that goes away does not turn a failure into success', async () => {
  const [code] = await new Promise<string[]>((resolve) => {
    const line = '"$0" "$1" models architectures | true; echo $PIPESTATUS';
    execFile('bash', ['-c', line, process.execPath, main], (_, stdout) => resolve(stdout.trim().split('\n')));
  });
  assert.equal(code, '141');
});

test('OSLER_USER is a name that is safe to print', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-user-'));
  t.after(() => rmSync(home, { recursive: true }));
  const env = { ...process.env, OSLER_USER: 'eve\u001b[2J', OSLER_HOME: home };
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile(process.execPath, [main, 'models', 'alias', 'skin@1', 'champion'], { env }, (error, _, text) =>
      resolve({ code: Number(error?.code ?? 0), stderr: text }),
    );
  });
  assert.equal(code, 2);
  assert.match(stderr, /OSLER_USER is no name: "eve\ufffd\[2J"/);
});
