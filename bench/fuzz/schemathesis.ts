/** Requests that Schemathesis makes up from the OpenAPI document of a server, right and wrong ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { peer } from '../../test/conformance/venv.ts';
import { resident } from './fuzz.ts';
import type { FuzzTarget } from './servers.ts';

/** The demonstration trains whatever is asked; a stream of events has no end to wait for. */
const LEFT_OUT = '^/v1/demo$|/events$';

export interface SchemaReport {
  requests: number;
  operations: number;
  /** Answers with a status of 500 or more, or none, with what was asked. */
  wrong: string[];
  resident: { before: number; after: number };
}

/** @param examples for each operation, at most. @param corners whether each constraint of the document is kept and broken beside them. */
export async function fuzzSchema(
  target: FuzzTarget,
  { examples, seed, corners = true }: { examples: number; seed: number; corners?: boolean },
): Promise<SchemaReport> {
  const python = await peer('schemathesis', ['schemathesis==4.32.5']);
  const folder = await mkdtemp(join(tmpdir(), 'osler-schemathesis-'));
  try {
    const run = (count: number, phases: string): ReturnType<typeof schemathesis> =>
      schemathesis(join(dirname(python), 'schemathesis'), folder, [
        `${target.url}/docs/json`,
        ...['--url', target.url, '--checks', 'not_a_server_error', '--phases', phases],
        // One worker: several of them trip over each other in Python 3.11.
        ...['--max-examples', String(count), '--seed', String(seed), '--workers', '1', '--continue-on-failure'],
        ...[
          '--suppress-health-check',
          'all',
          '--no-shrink',
          '--request-timeout',
          '30',
          '--exclude-path-regex',
          LEFT_OUT,
        ],
      ]);
    // What a server loads and keeps at first is no growth.
    const first = await run(2, 'fuzzing');
    const before = await resident(target.pid);
    const second = await run(examples, corners ? 'examples,coverage,fuzzing' : 'examples,fuzzing');
    return {
      requests: first.requests + second.requests,
      operations: second.operations,
      wrong: [...new Set([...first.wrong, ...second.wrong])],
      resident: { before, after: await resident(target.pid) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of its report, what is looked at. */
const Report = z.object({
  complete: z.boolean(),
  operations: z.object({ tested: z.int() }),
  test_cases: z.object({ generated: z.int() }),
  failures: z.array(z.record(z.string(), z.unknown())),
  errors: z.array(z.unknown()),
});

async function schemathesis(
  program: string,
  folder: string,
  args: readonly string[],
): Promise<Pick<SchemaReport, 'requests' | 'operations' | 'wrong'>> {
  const file = join(folder, 'report.json');
  await rm(file, { force: true });
  const report = ['--report', 'json', '--report-json-path', file, '--no-color', '--warnings', 'off'];
  const child = spawn(program, ['run', ...args, ...report], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  await once(child, 'close');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`Schemathesis made no report:\n${said.slice(-2_000)}`);
  });
  const { complete, operations, test_cases: cases, failures, errors } = Report.parse(JSON.parse(text));
  // Its own mistakes are none of the server's, and what it left out for them was not tested.
  if (!complete || operations.tested === 0 || errors.length > 0)
    throw new Error(`Schemathesis did not come to its end:\n${said.slice(-2_000)}`);
  return {
    requests: cases.generated,
    operations: operations.tested,
    wrong: failures.map((one) => JSON.stringify(one).slice(0, 600)),
  };
}
