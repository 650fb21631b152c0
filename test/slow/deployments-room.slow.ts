/** The room of deployments, walked as people would: traffic that is changed while it is served, a console whose calls work elsewhere. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { membersOf, parseSpec, specDocument } from '../../src/serving/deployments/spec.ts';
import { picture } from '../../src/serving/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { fillDeployments } from '../browser/registered.ts';
import { checkAll, openStudio, type Studio } from '../browser/studio.ts';

const run = promisify(execFile);
const CLIENT = join(import.meta.dirname, '../../src/client/index.ts');
const LOOKS = [{ width: 1440 }, { width: 390, dark: true }] as const;

describe('Studio: deployments', { skip: skipBrowser() }, () => {
  let studio: Studio;
  const work = mkdtempSync(join(tmpdir(), 'osler-console-'));
  const revision = async () => (await studio.store.deployments.get('derma'))!.revision;
  before(async () => {
    studio = await openStudio({ fill: fillDeployments });
    writeFileSync(join(work, 'lesion.png'), await picture(5, 200, 150));
  });
  after(async () => {
    await studio.close();
    rmSync(work, { recursive: true, force: true });
  });

  test('every page is whole: wide and narrow, light and dark, for those who do not see it', async () => {
    const pages = {
      deployments: '/deployments',
      new: '/deployments/new',
      traffic: '/deployments/derma',
      record: '/deployments/derma?part=record',
      comparison: '/deployments/derma?part=quality',
      try: '/deployments/derma?part=try',
      history: '/deployments/derma?part=history',
    };
    await checkAll(studio, pages, LOOKS);
  });

  test('who decides by what is no longer in force is told so, and changes nothing', async () => {
    await using visit = await studio.visit('/deployments/derma');
    const { page } = visit;
    const { number, spec } = await revision();
    await page.getByLabel('Share of skin@2 in per cent, as a number').fill('10');
    await page.getByRole('button', { name: 'Put in force…' }).click();
    await page.getByLabel('Why').fill('late');
    // Somebody else is first; the page has not heard of it yet.
    await page.route('**/v1/deployments/derma', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    const other = { who: 'cleo', via: 'test' };
    await studio.store.deployments.change(other, 'derma', { what: 'deployment.change', why: 'first', spec });
    await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
    await page.getByText(`revision ${number + 1} is in force, not ${number}`).waitFor();
    assert.equal((await revision()).number, number + 1);
  });

  test('what somebody set stays when another revision comes, and is told; it goes on top of that, or is dropped', async () => {
    await using visit = await studio.visit('/deployments/derma');
    const { page } = visit;
    const { number, spec } = await revision();
    const share = page.getByLabel('Share of skin@2 in per cent, as a number');
    await share.fill('10');
    await page.getByRole('button', { name: 'Put in force…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('for the night');
    const other = { who: 'cleo', via: 'test' };
    const limits = { ...(spec.limits as object), queue: 33 };
    const theirs = { what: 'deployment.change', why: 'a longer queue', spec: { ...spec, limits } };
    await studio.store.deployments.change(other, 'derma', theirs);
    const said = dialog.getByTestId('meanwhile');
    await said.getByText(/changed by cleo: a longer queue/).waitFor();
    assert.equal(await dialog.getByLabel('Why').inputValue(), 'for the night');
    await visit.check();
    await visit.shot('meanwhile');
    await said.getByRole('button', { name: 'Put mine on top of it' }).click();
    await dialog.getByRole('button', { name: 'Put in force', exact: true }).click();
    await page.getByText(`Revision ${number + 2} is in force`).waitFor();
    const now = await revision();
    assert.equal((now.spec.limits as { queue: number }).queue, 33);
    assert.equal(now.why, 'for the night');
    await share.fill('20');
    await studio.store.deployments.change(other, 'derma', { what: 'deployment.change', why: 'back', spec });
    await page
      .getByTestId('meanwhile')
      .getByRole('button', { name: /Drop mine/ })
      .click();
    await page.getByTestId('meanwhile').waitFor({ state: 'detached' });
    await page.getByText(/changed by cleo .*: back/).waitFor();
  });

  test('a number in letters does not become another one', async () => {
    await using visit = await studio.visit('/deployments/derma');
    const { page } = visit;
    const field = page.getByRole('textbox', { name: 'Longest wait (ms)' });
    const before = await field.inputValue();
    await field.press('End');
    await field.pressSequentially('e9');
    await page.getByText('In digits: 10000 for 1e4.').waitFor();
    assert.equal(await field.inputValue(), before);
    await field.fill('2000');
    await page.getByRole('button', { name: 'Leave it as it is' }).click();
    await page.evaluate("navigator.clipboard.writeText('3e3')");
    await field.press('ControlOrMeta+a');
    await field.press('ControlOrMeta+v');
    assert.equal(await field.inputValue(), '3000');
  });

  test('a canary is begun, watched and taken back', async () => {
    await using visit = await studio.visit('/deployments/derma');
    const { page } = visit;
    await page.getByRole('combobox', { name: 'Version to try' }).click();
    await page.getByRole('option', { name: 'skin@5 (approved)' }).click();
    await page.getByLabel('Answers at each step').fill('3');
    await page.getByLabel('Seconds at each step').fill('600');
    await page.getByRole('button', { name: 'Begin with 5%…' }).click();
    await page.getByLabel('Why').fill('the new camera');
    await page.getByRole('dialog').getByRole('button', { name: 'Begin' }).click();
    // The page's own heading names it too.
    await page.getByRole('heading', { name: 'Canary skin@5', exact: true }).waitFor();
    await page.getByText('0 of 3 answers').waitFor();
    await page.getByText(/of 600 s at this step/).waitFor();
    await visit.check();
    await visit.shot('canary');
    await page.getByRole('button', { name: 'Take it back…' }).click();
    await page.getByLabel('Why').fill('only a trial');
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('combobox', { name: 'Version to try' }).waitFor();
    assert.equal((await revision()).spec.canary, null);
  });

  test('the console asks the deployment; the calls that it shows do the same elsewhere', async () => {
    await using visit = await studio.visit('/deployments/derma?part=try');
    const { page } = visit;
    await page.locator('input[type=file]').setInputFiles(join(work, 'lesion.png'));
    await page.getByLabel('Key').fill("patient 17's");
    await page.getByRole('switch', { name: 'With a heat map' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByTestId('answer');
    await answer.getByText(/(reaches|stays below) the threshold of 40\.0%, so the verdict is/).waitFor();
    // A network of a few layers: nothing in this image may speak for the class that it decides for.
    await answer.getByAltText(/^(Where the evidence for .* lies|Nothing speaks for .*)$/).waitFor();
    await visit.check();
    await visit.shot('answered');
    const shown = (tab: string) => page.getByRole('tabpanel', { name: tab, exact: true }).locator('pre').innerText();
    const first = JSON.parse((await run('sh', ['-c', `${await shown('curl')} -sS`], { cwd: work })).stdout);
    for (const tab of ['TypeScript, osler-client', 'TypeScript, fetch']) {
      await page.getByRole('tab', { name: tab }).click();
      writeFileSync(join(work, 'ask.ts'), (await shown(tab)).replace("'osler-client'", `'${CLIENT}'`));
      const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'ask.ts'], {
        cwd: work,
      });
      assert.match(stdout, new RegExp(`${first.label} .*${first.routing.variant}`), tab);
    }
    await studio.host.flush();
    const logged = (await studio.store.predictions.get(first.requestId))[0]!;
    assert.match(logged.key!, /^[0-9a-f]{32,}$/, 'the log holds its hash, and no key');
    assert.deepEqual(visit.complaints, []);
  });

  test('charts follow the answers, and can be saved', async () => {
    await using visit = await studio.visit('/deployments/derma?part=record');
    const { page } = visit;
    await page.getByRole('figure', { name: 'Latency' }).locator('svg path').first().waitFor();
    await page.getByRole('button', { name: 'Save or read: Failures' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as CSV' }).click();
    const file = await (await waiting).path();
    const rows = readFileSync(file, 'utf8').split('\r\n');
    assert.match(rows[0]!, /^series,time,per cent of answers,low,high$/);
    assert.ok(rows.some((row) => row.startsWith('skin@2,')));
    await page.getByText('week', { exact: true }).click();
    await page.waitForURL(/hours=/);
    await page.getByRole('figure', { name: 'Answers' }).waitFor();
  });

  test('the comparison says how much evidence there is', async () => {
    await using visit = await studio.visit('/deployments/derma?part=quality');
    const { page } = visit;
    await page
      .getByRole('heading', { name: /evidence/i })
      .first()
      .waitFor();
    await page.getByRole('progressbar', { name: /^Evidence in accuracy/ }).waitFor({ state: 'attached' });
    await page.getByRole('img', { name: 'Accuracy of skin@2 between 0 and 1' }).waitFor();
    await page.getByText('as skin@1, live').waitFor();
    // What is worse is told by what it has to lose.
    await page.goto(`${studio.url}/deployments/derma?part=quality&against=skin@2`);
    await page.getByText('Enough evidence: skin@champion has worse').waitFor();
    await page.getByText('Take its share away on the page "Traffic", or roll back.').waitFor();
    const { spec } = await revision();
    const parsed = parseSpec(spec);
    const [champion, other] = ['skin@champion', 'skin@2'].map((name) => parsed.live.find((one) => one.name === name)!);
    const { weight: _, ...watched } = champion!;
    const turned = specDocument({ ...parsed, live: [other!], shadows: [watched] });
    const who = { who: 'cleo', via: 'test' };
    await studio.store.deployments.change(who, 'derma', { what: 'deployment.change', why: 'turned', spec: turned });
    await page.getByText('It is a shadow: nobody was given its answers.').waitFor();
    await studio.store.deployments.change(who, 'derma', { what: 'deployment.change', why: 'back', spec });
    await page.getByText('Take its share away on the page "Traffic", or roll back.').waitFor();
    await visit.check();
    await visit.shot('comparison-worse');
  });

  test('revisions come back, and a deployment begins and ends', async () => {
    await using visit = await studio.visit('/deployments/derma?part=history');
    const { page } = visit;
    // What a rollback would bring back stands there before it is asked for, and is what the server takes.
    const before = await revision();
    await page.getByRole('button', { name: 'Roll back…' }).click();
    const back = page.getByRole('dialog');
    const words = (await back.getByText(/What revision \d+ was, of/).textContent())!;
    await visit.check();
    await visit.shot('rollback');
    await back.getByLabel('Why').fill('one further back');
    await back.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText('Rolled back.').waitFor();
    const [last] = await studio.store.trail.read({ last: 1 });
    const { to } = JSON.parse(last!.after!) as { to: number };
    assert.match(words, new RegExp(`What revision ${to} was`));
    assert.equal((await revision()).number, before.number + 1);
    await page.getByRole('button', { name: 'Bring back revision 1', exact: true }).click();
    await page.getByLabel('Why').fill('as at the beginning');
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.getByText('Back to what revision 1 was.').waitFor();
    assert.deepEqual(
      membersOf(parseSpec((await revision()).spec)).map(({ name }) => name),
      ['skin@champion'],
    );

    await page.goto(`${studio.url}/deployments/new`);
    await page.getByLabel('Name').fill('small');
    await page.getByRole('combobox', { name: 'Version that answers' }).click();
    await page.getByRole('option', { name: 'skin@2 (approved)' }).click();
    await page.getByLabel('Why').fill('for the other ward');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { name: 'small', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'End this deployment…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('a trial');
    await dialog.getByLabel(/to confirm/).fill('small');
    // However long the answer takes, the page asks for nothing that is gone.
    await page.route('**/v1/deployments/small', async (route) => {
      if (route.request().method() !== 'DELETE') return route.continue();
      const response = await route.fetch();
      await sleep(1_500);
      await route.fulfill({ response });
    });
    await dialog.getByRole('button', { name: 'End small' }).click();
    await page.waitForURL(/\/deployments$/);
    assert.equal(await studio.store.deployments.get('small'), null);
    assert.deepEqual(visit.complaints, []);
  });
});
