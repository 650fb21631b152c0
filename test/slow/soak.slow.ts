/** Half a minute of what `./osler bench soak` does in an hour, at a lower load: changes, no failed request, no memory that stays. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../bench/soak/run.ts', import.meta.url));

test('versions, weights and canaries change under load without a failed request', async () => {
  const args = [
    '--minutes',
    '0.5',
    '--model',
    'simple_cnn',
    '--size',
    '64',
    '--every',
    '0.5',
    '--load',
    '0.3',
    '--json',
  ];
  const run = promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args]);
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
  const facts = JSON.parse(stdout) as { requests: number; failed: number; changes: number; faults: string[] };
  // Requests that are refused while another program has the processors are as they should be.
  const faults = facts.faults.filter((fault) => !fault.endsWith('requests were refused'));
  assert.deepEqual(faults, [], stderr);
  assert.equal(facts.failed, 0);
  assert.ok(facts.requests > 100, `${facts.requests} requests`);
  assert.ok(facts.changes > 20, `${facts.changes} changes`);
});
