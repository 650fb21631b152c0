/**
 * A loader in a process of its own: `node load.ts URL CONNECTIONS SECONDS PATH FILE...` posts the files in turn over kept-alive
 * connections, each sending its next request when it has its answer. Prints JSON. Where wrk is installed, it does this (wrk.lua).
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const [url, connections, seconds, path, ...files] = process.argv.slice(2);
if (url === undefined || files.length === 0) throw new Error('usage: load.ts URL CONNECTIONS SECONDS PATH FILE...');
const boundary = 'osler-bench';
const bodies = files.map((file) =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    readFileSync(file),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]),
);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length };
    const sent = request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

let next = 0;
const milliseconds: number[] = [];
let failed = 0;
const started = performance.now();
const end = started + Number(seconds) * 1000;
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < end) {
      const before = performance.now();
      const status = await post(bodies[next++ % bodies.length]!);
      if (status === 200) milliseconds.push(performance.now() - before);
      else failed += 1;
    }
  }),
);
const elapsed = (performance.now() - started) / 1000;
agent.destroy();
milliseconds.sort((a, b) => a - b);
const at = (q: number): number =>
  milliseconds[Math.min(milliseconds.length - 1, Math.floor(q * milliseconds.length))] ?? Number.NaN;
process.stdout.write(
  JSON.stringify({
    perSecond: milliseconds.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    requests: milliseconds.length + failed,
    failed,
  }),
);
