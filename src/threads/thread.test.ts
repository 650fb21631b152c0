import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('who waits for its end is told, though an answer comes meanwhile and nothing else holds the process', () => {
  // It answers at once and is busy for a moment after the second question; this side looks at no message until then.
  const busy = (ms: number) => `for (const end = performance.now() + ${ms}; performance.now() < end; );`;
  const worker = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id }) => { parentPort.postMessage({ id, response: id }); if (id > 0) { ${busy(600)} } });`;
  const program = `import { Thread } from ${JSON.stringify(new URL('thread.ts', import.meta.url))};
    const thread = new Thread(new URL('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(worker))}), 'busy');
    await thread.ask('first');
    const second = thread.ask('second').catch(({ code }) => code);
    ${busy(200)}
    await thread.close();
    console.log('closed', await second);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, 'closed ENGINE_FAILED\n'], stderr);
});
