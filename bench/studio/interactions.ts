import type { Locator, Page } from 'playwright-core';
import type { Interaction } from './measure.ts';

const table = {
  path: '/runs',
  ready: (page: Page) => page.getByRole('row', { name: /compared 19/ }).waitFor(),
};
const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' });

const press = (page: Page, key: string) => () => page.keyboard.press(key);

async function click(page: Page, what: Locator): Promise<() => Promise<void>> {
  await what.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await what.boundingBox())!;
  return () => page.mouse.click(x + width / 2, y + height / 2);
}

/** What people do with many runs. */
export function interactions(ids: readonly string[]): Interaction[] {
  const compared = {
    path: `/runs/compare?run=${encodeURIComponent(JSON.stringify(ids))}`,
    ready: (page: Page) => page.locator('figure svg path').nth(200).waitFor({ state: 'attached' }),
  };
  return [
    {
      ...table,
      name: 'table: to its end and back (End, Home)',
      aim: async (page, time) => {
        if (time === 0) await grid(page).focus();
        return press(page, time % 2 === 0 ? 'End' : 'Home');
      },
    },
    {
      ...table,
      name: 'table: 15 rows on (Page Down)',
      aim: async (page, time) => {
        if (time === 0) await grid(page).focus();
        return press(page, 'PageDown');
      },
    },
    {
      ...table,
      name: 'table: a jump of 20,000 pixels by the wheel',
      aim: async (page, time) => {
        await grid(page).hover();
        return () => page.mouse.wheel(0, time % 4 === 3 ? -60_000 : 20_000);
      },
    },
    {
      ...table,
      name: 'table: ordered by a column',
      aim: (page) => click(page, page.getByRole('columnheader', { name: 'Name' }).getByRole('button')),
    },
    {
      ...table,
      name: 'table: a column more or less',
      aim: async (page, time) => {
        if (time === 0) {
          await page.getByRole('button', { name: 'Columns' }).click();
          await page.getByRole('combobox', { name: 'Columns, from left to right' }).click();
        }
        if (time % 2 === 1) return press(page, 'Backspace');
        return click(page, page.getByRole('option', { name: 'User', exact: true }));
      },
    },
    {
      ...table,
      name: 'table: a letter into the filter',
      aim: async (page, time) => {
        if (time === 0) await page.getByRole('combobox', { name: 'Find runs' }).focus();
        return press(page, 'metrics'[time % 7]!);
      },
    },
    {
      ...table,
      name: 'table: the filter asked for (Enter)',
      aim: async (page, time) => {
        await page.getByRole('combobox', { name: 'Find runs' }).fill(`run ${time}`);
        return press(page, 'Enter');
      },
    },
    {
      ...table,
      name: 'table: one run ticked',
      aim: (page, time) => click(page, page.getByRole('checkbox', { name: `Select compared ${19 - (time % 10)}` })),
    },
    {
      ...table,
      name: 'table: all runs ticked (Ctrl+A)',
      aim: async (page, time) => {
        if (time === 0) await grid(page).focus();
        return press(page, 'Control+a');
      },
    },
    {
      ...table,
      name: 'table: ticked to the end (Shift+End, Shift+Home)',
      aim: async (page, time) => {
        if (time === 0) await grid(page).focus();
        return press(page, time % 2 === 0 ? 'Shift+End' : 'Shift+Home');
      },
    },
    {
      ...table,
      name: 'table: a run opened, and back',
      aim: async (page, time) => {
        if (time % 2 === 1) return click(page, page.getByRole('link', { name: 'Experiments' }).first());
        return click(page, page.getByRole('link', { name: 'compared 19', exact: true }));
      },
    },
    {
      ...compared,
      name: '20 runs: smoothed a step more',
      aim: async (page, time) => {
        if (time === 0) await page.getByRole('slider').focus();
        return press(page, 'ArrowRight');
      },
    },
    {
      ...compared,
      name: '20 runs: logarithmic or not',
      aim: (page) => click(page, page.getByText('Logarithmic')),
    },
    {
      ...compared,
      name: '20 runs: over time or steps',
      aim: (page, time) => click(page, page.getByText(time % 2 === 0 ? 'Time' : 'Steps', { exact: true })),
    },
    {
      ...compared,
      name: '20 runs: one of them hidden or shown',
      aim: (page) => click(page, page.getByRole('button', { name: 'Curves of compared 3' })),
    },
    {
      ...compared,
      name: '20 runs: the pointer over a chart',
      aim: async (page, time) => {
        const { x, y } = (await page.locator('.chart-hover').first().boundingBox())!;
        return () => page.mouse.move(x + 60 + time * 30, y + 60);
      },
    },
  ];
}
