import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What of WCAG 2.2 AA and good practice axe misses on a page, each with the element and why. */
export async function violations(page: Page, except: readonly string[] = []): Promise<string[]> {
  // By the debugger, as the page's own policy lets no foreign script in.
  await page.evaluate(AXE);
  const rules = Object.fromEntries(except.map((rule) => [rule, { enabled: false }]));
  const asked = JSON.stringify({ runOnly: { type: 'tag', values: RULES }, rules, resultTypes: ['violations'] });
  const found = (await page.evaluate(`axe.run(document, ${asked})`)) as {
    violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];
  };
  return found.violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(
        ({ target, failureSummary = '' }) =>
          `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1, 3).join(' ')}`,
      ),
  );
}
