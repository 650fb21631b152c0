/** For node's test runner: a run without a single test, as of a file's name that is misspelt, is no success. */
import type { TestEvent } from 'node:test/reporters';

export default async function* none(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file !== undefined || data.counts.tests > 0) continue;
    process.exitCode = 2;
    yield 'error No test was run.\n  → Name files that hold tests, as in osler test src/data/split/split.test.ts.\n';
  }
}
