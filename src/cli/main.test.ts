import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

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
