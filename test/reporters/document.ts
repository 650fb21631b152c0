/** For node's test runner, as `osler test --json` asks for it: one JSON document of what passed and failed. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { errorBody, OslerError } from '../../src/errors.ts';

type Data<T extends TestEvent['type']> = Extract<TestEvent, { type: T }>['data'];

export default async function* document(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: unknown[] = [];
  let summary: Data<'test:summary'> | undefined;
  for await (const { type, data } of events) {
    if (type === 'test:fail' && isOwn(data)) {
      const { name, file, line, details } = data;
      const { cause } = details.error;
      failures.push({
        test: name,
        file: file === undefined ? null : relative(process.cwd(), file),
        line: line ?? null,
        message: String((cause as Error | undefined)?.message ?? cause ?? details.error.message),
      });
    }
    // Each file has one of its own; that of all has no file.
    if (type === 'test:summary' && data.file === undefined) summary = data;
  }
  if (summary === undefined || summary.counts.tests === 0) {
    process.exitCode = 2;
    const hint = 'Name files that hold tests, as in osler test src/data/split/split.test.ts.';
    yield `${JSON.stringify(errorBody(new OslerError('USAGE', 'No test was run.', { hint })), null, 2)}\n`;
    return;
  }
  const { tests, passed, skipped, todo, cancelled } = summary.counts;
  const failed = tests - passed - skipped - todo - cancelled;
  const seconds = summary.duration_ms / 1000;
  yield `${JSON.stringify({ tests, passed, failed, skipped, todo, cancelled, seconds, failures }, null, 2)}\n`;
}

/** A suite or a test that failed for what is in it is told by what is in it. */
function isOwn({ details, todo }: Data<'test:fail'>): boolean {
  const { failureType } = details.error as { failureType?: string };
  return failureType !== 'subtestsFailed' && (todo === undefined || todo === false);
}
