import type { Page } from 'playwright-core';
import type { Interaction } from './measure.ts';

const table = {
  path: '/runs',
  ready: (page: Page) => page.getByRole('row', { name: /compared 19/ }).waitFor(),
};
const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' });

/** What people do with many runs. */
export function interactions(ids: readonly string[]): Interaction[] {
  const compared = {
    path: `/runs/compare?run=${encodeURIComponent(JSON.stringify(ids))}`,
    ready: (page: Page) =>
      page.locator('figure svg path[stroke-width="1.8"], figure svg path').nth(40).waitFor({ state: 'attached' }),
  };
  return [
    {
      ...table,
      name: 'table: to its end and back (End, Home)',
      act: async (page, time) => {
        if (time === 0) await grid(page).focus();
        await page.keyboard.press(time % 2 === 0 ? 'End' : 'Home');
      },
    },
    {
      ...table,
      name: 'table: the wheel, 20,000 pixels',
      act: async (page, time) => {
        await grid(page).hover();
        await page.mouse.wheel(0, time % 4 === 3 ? -60_000 : 20_000);
      },
    },
    {
      ...table,
      name: 'table: a thumb dragged to anywhere',
      act: (page, time) =>
        page.evaluate(
          `document.querySelector('[role=grid]').scrollTop = document.querySelector('[role=grid]').scrollHeight * ${(0.37 * (time + 1)) % 1}`,
        ),
    },
    {
      ...table,
      name: 'table: ordered by another column',
      act: (page) => page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click(),
    },
    {
      ...table,
      name: 'table: a column more or less',
      act: async (page, time) => {
        if (time === 0) {
          await page.getByRole('button', { name: 'Columns' }).click();
          await page.getByRole('combobox', { name: 'Columns, from left to right' }).click();
        }
        if (time % 2 === 0) await page.getByRole('option', { name: 'User', exact: true }).click();
        else await page.keyboard.press('Backspace');
      },
    },
    {
      ...table,
      name: 'table: a letter into the filter',
      act: async (page, time) => {
        if (time === 0) await page.getByRole('combobox', { name: 'Find runs' }).focus();
        await page.keyboard.press('metrics'[time % 7]!);
      },
    },
    {
      ...table,
      name: 'table: one run ticked',
      act: (page, time) => page.getByRole('checkbox', { name: `Select compared ${19 - (time % 10)}` }).click(),
    },
    {
      ...table,
      name: 'table: all runs ticked (Ctrl+A)',
      act: async (page, time) => {
        if (time === 0) await grid(page).focus();
        await page.keyboard.press('Control+a');
      },
    },
    {
      ...table,
      name: 'table: ticked from here to the end (Shift+End)',
      act: async (page, time) => {
        if (time === 0) await grid(page).focus();
        await page.keyboard.press(time % 2 === 0 ? 'Shift+End' : 'Shift+Home');
      },
    },
    {
      ...table,
      name: 'table: a run opened, and back',
      act: (page, time) =>
        time % 2 === 0 ? page.getByRole('link', { name: 'compared 19', exact: true }).click() : page.goBack(),
    },
    {
      ...compared,
      name: '20 runs: smoothed a step more',
      act: async (page, time) => {
        if (time === 0) await page.getByRole('slider').focus();
        await page.keyboard.press('ArrowRight');
      },
    },
    {
      ...compared,
      name: '20 runs: logarithmic or not',
      act: (page) => page.getByRole('switch', { name: 'Logarithmic' }).click({ force: true }),
    },
    {
      ...compared,
      name: '20 runs: over time or steps',
      act: (page, time) => page.getByText(time % 2 === 0 ? 'Time' : 'Steps', { exact: true }).click(),
    },
    {
      ...compared,
      name: '20 runs: one of them hidden or shown',
      act: (page) => page.getByRole('button', { name: 'Curves of compared 3' }).click(),
    },
    {
      ...compared,
      name: '20 runs: the pointer over a chart',
      act: async (page, time) => {
        await page
          .locator('.chart-hover')
          .first()
          .hover({ position: { x: 60 + time * 30, y: 60 } });
      },
    },
  ];
}
