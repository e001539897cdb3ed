import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { kPhone, launch, signedIn } from './browser.mjs';
import { Cluster } from './cluster.mjs';
import { eventually } from './eventually.mjs';

const kAxe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const kTasks = 'specs/trip-calendar/tasks.md';
const kDesign = 'specs/trip-calendar/design.md';

let browser;
let cluster;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  cluster = await Cluster.start();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await cluster.stop();
});

const project = () => `/p/${cluster.projectId}`;

test('a task that is toggled is toggled in tasks.md', async () => {
  const page = await signedIn(browser, cluster);
  await page.goto(`${project()}/specs/trip-calendar`);
  await page.getByLabel('Status of task 2.3', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Completed' }).click();
  await eventually(() => assert.match(cluster.read(kTasks), /- \[x\] 2\.3/));
});

test('an edit on disk is seen in two tabs', async () => {
  const first = await signedIn(browser, cluster);
  const second = await first.context().newPage();
  for (const page of [first, second]) {
    await page.goto(`${project()}/specs/trip-calendar/design`);
    await page.locator('.markdown').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  }
  cluster.write(kDesign, '# Design\n\nWritten by an editor.\n');
  for (const page of [first, second]) await page.getByText('Written by an editor.').waitFor();
});

test('a comment on a selection and a decision are in the approval on disk', async () => {
  const id = await cluster.requestApproval('Review the design', 'design');
  const page = await signedIn(browser, cluster);
  await page.goto(`${project()}/approvals/${id}`);
  const words = page.locator('.markdown p').first();
  await words.click({ clickCount: 3 });
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByLabel(/^Comment on/).fill('Say why');
  await page.getByLabel('Response to the coding agent').fill('Nearly there');
  await page.getByRole('button', { name: 'Needs revision' }).click();
  await eventually(() => assert.equal(cluster.approval(id).status, 'needs-revision'));
  const { comments, response } = cluster.approval(id);
  assert.equal(response, 'Nearly there');
  assert.equal(comments[0].comment, 'Say why');
  assert.ok((await words.textContent()).includes(comments[0].selectedText.slice(0, 20)));
});

test('what is changed while the agent is away waits, survives a reload, and is applied when it is back', async () => {
  const page = await signedIn(browser, cluster);
  await page.goto('/settings');
  await page.getByLabel('Keep changes while an agent is away').click();
  await page.goto(`${project()}/specs/trip-calendar`);
  await page.getByLabel('Status of task 2.3', { exact: true }).first().waitFor();
  await cluster.stopAgent();
  await page.getByText(/Offline since/).waitFor();
  await page.getByLabel('Status of task 2.3', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Completed' }).click();
  await page.getByLabel('Waiting for the agent').first().waitFor();
  assert.doesNotMatch(cluster.read(kTasks), /- \[x\] 2\.3/);
  await page.reload();
  await page.getByRole('button', { name: /1 change on its way/ }).waitFor();
  await cluster.startAgent();
  await eventually(() => assert.match(cluster.read(kTasks), /- \[x\] 2\.3/));
  await page.getByRole('button', { name: /0 changes on their way/ }).waitFor();
});

test('without queueing, editing is disabled while the agent is away', async () => {
  const page = await signedIn(browser, cluster);
  await page.goto(`${project()}/specs/trip-calendar`);
  await page.getByLabel('Status of task 2.3', { exact: true }).first().waitFor();
  await cluster.stopAgent();
  await page.getByText('Connect your coding agent to edit.', { exact: false }).waitFor();
  assert.ok(await page.getByLabel('Status of task 2.3', { exact: true }).first().isDisabled());
});

test('an edit that conflicts with one on disk is merged, and nothing typed is lost', async () => {
  cluster.write(kDesign, '# Design\n\nOne.\n\nTwo.\n\nThree.\n');
  const page = await signedIn(browser, cluster);
  await page.goto(`${project()}/specs/trip-calendar/design`);
  await page.getByText('Edit', { exact: true }).click();
  const editor = page.getByRole('textbox', { name: /Design/ });
  await editor.getByText('Three.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Mine.');
  cluster.write(kDesign, '# Design\n\nOne. Theirs.\n\nTwo.\n\nThree.\n');
  await page.getByText('The file changed while you were editing').waitFor();
  await page.getByText('Both changes fit together.').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Use the merged text' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await eventually(() => assert.equal(cluster.read(kDesign), '# Design\n\nOne. Theirs.\n\nTwo.\n\nThree. Mine.\n'));
});

test('several approvals are decided at once, and the decision is undone', async () => {
  const ids = [await cluster.requestApproval('First', 'design'), await cluster.requestApproval('Second', 'requirements')];
  const page = await signedIn(browser, cluster);
  await page.goto('/approvals');
  await page.getByLabel('Select First').click();
  await page.getByLabel('Select Second').click();
  await page.getByRole('button', { name: 'Approve (2)' }).click();
  await eventually(() => ids.forEach((id) => assert.equal(cluster.approval(id).status, 'approved')));
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => ids.forEach((id) => assert.equal(cluster.approval(id).status, 'pending')));
});

test('an approval is decided by keyboard alone', async () => {
  const id = await cluster.requestApproval('By keys', 'design');
  const page = await signedIn(browser, cluster);
  await page.goto('/approvals');
  await page.getByText('By keys').waitFor();
  await page.keyboard.press('a');
  await page.getByText(/Approve: confirm with/).waitFor();
  await page.getByLabel('Response to the coding agent').focus();
  await page.keyboard.type('Fine');
  await page.keyboard.press('Control+Enter');
  await eventually(() => assert.equal(cluster.approval(id).status, 'approved'));
});

test('a job runs and shows its output as it comes', async () => {
  const runners = { runners: [{ name: 'say', argv: ['/bin/sh', '-c', 'echo first; read wait <fifo; echo second'], workingDirectory: '{{projectPath}}' }] };
  writeFileSync(join(cluster.state, 'runners.json'), JSON.stringify(runners));
  await cluster.execute({
    jobCreate: { job: { id: 'say', name: 'Say', type: 'run-agent', schedule: '0 3 * * *', config: { runner: 'say', projectPath: cluster.project } } },
  });
  execFileSync('mkfifo', [join(cluster.project, 'fifo')]);
  const page = await signedIn(browser, cluster);
  await page.goto(`${project()}/jobs/say`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  const output = page.getByRole('region', { name: 'Output' });
  await output.getByText('first').waitFor();
  assert.equal(await output.getByText('second').count(), 0);
  writeFileSync(join(cluster.project, 'fifo'), 'go\n');
  await output.getByText('second').waitFor();
  await output.getByText('Succeeded').waitFor();
});

test('a shared copy opens in a fresh profile, without a session and without the server', async () => {
  const page = await signedIn(browser, cluster, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${project()}/specs/trip-calendar`);
  await page.getByRole('button', { name: 'Share a copy' }).click();
  await page.getByText('is in the clipboard', { exact: false }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const stranger = await (await browser.newContext()).newPage();
  const asked = [];
  stranger.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await stranger.goto(link);
  await stranger.getByText(/This is a copy of/).waitFor();
  await stranger.getByRole('heading', { name: 'Requirements: trip calendar' }).waitFor();
  assert.deepEqual(asked.filter((path) => path.startsWith('/api/')), []);
});

test('a new request is announced, and one that was there before is not', async () => {
  await cluster.requestApproval('Here before', 'design');
  const page = await signedIn(browser, cluster);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('1 approval', { exact: true }).waitFor();
  await cluster.requestApproval('Just now', 'requirements');
  const announced = page.getByRole('alert');
  await announced.getByText('Just now').waitFor();
  assert.equal(await announced.getByText('Here before').count(), 0);
});

test('approving is comfortable on a phone', async () => {
  const id = await cluster.requestApproval('On the train', 'design');
  const page = await signedIn(browser, cluster, { viewport: kPhone, hasTouch: true, isMobile: true });
  await page.goto(`${project()}/approvals/${id}`);
  const approve = page.getByRole('button', { name: 'Approve' });
  await approve.waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
  assert.ok((await approve.boundingBox()).height >= 36);
  await approve.tap();
  await eventually(() => assert.equal(cluster.approval(id).status, 'approved'));
});

test('no page has serious findings of axe', async () => {
  const id = await cluster.requestApproval('For axe', 'design');
  // What fades in has too little contrast for a moment.
  const page = await signedIn(browser, cluster, { reducedMotion: 'reduce' });
  const found = [];
  const pages = ['/', '/approvals', '/settings', ...['specs', 'specs/trip-calendar', 'specs/trip-calendar/requirements', 'steering', `approvals/${id}`, 'logs', 'jobs', 'statistics'].map((part) => `${project()}/${part}`)];
  for (const path of pages) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.evaluate(`(async () => { ${readFileSync(kAxe, 'utf8')} })()`);
    const { violations } = await page.evaluate(() => window.axe.run());
    for (const { id: rule, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical') found.push(`${path}: ${rule}: ${nodes[0].html.slice(0, 160)}`);
    }
  }
  assert.deepEqual(found, []);
});
