import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signedIn } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { openSite } from './site.mjs';

const kTasks = 'specs/trip-calendar/tasks.md';
const kDesign = 'specs/trip-calendar/design.md';

const site = openSite();

test('a task that is toggled is toggled in tasks.md', async () => {
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page('specs/trip-calendar'));
  await page.getByLabel('Status of task 2.3', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Completed' }).click();
  await eventually(() => assert.match(site.cluster.read(kTasks), /- \[x\] 2\.3/));
});

test('an edit on disk is seen in two tabs', async () => {
  const first = await signedIn(site.browser, site.cluster);
  const second = await first.context().newPage();
  for (const page of [first, second]) {
    await page.goto(site.page('specs/trip-calendar/design'));
    await page.locator('.markdown').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  }
  site.cluster.write(kDesign, '# Design\n\nWritten by an editor.\n');
  for (const page of [first, second]) await page.getByText('Written by an editor.').waitFor();
});

test('a comment on a selection and a decision are in the approval on disk', async () => {
  const id = await site.cluster.requestApproval('Review the design', 'design');
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page(`approvals/${id}`));
  const words = page.locator('.markdown p').first();
  await words.click({ clickCount: 3 });
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByLabel(/^Comment on/).fill('Say why');
  await page.getByLabel('Response to the coding agent').fill('Nearly there');
  await page.getByRole('button', { name: 'Needs revision' }).click();
  await eventually(() => assert.equal(site.cluster.approval(id).status, 'needs-revision'));
  const { comments, response } = site.cluster.approval(id);
  assert.equal(response, 'Nearly there');
  assert.equal(comments[0].comment, 'Say why');
  assert.ok((await words.textContent()).includes(comments[0].selectedText.slice(0, 20)));
});

test('a request whose document changes while it is read says so, and shows what changed', async () => {
  const id = await site.cluster.requestApproval('Review the design', 'design');
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page(`approvals/${id}`));
  await page.locator('.markdown').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  site.cluster.write(kDesign, `${site.cluster.read(kDesign)}\nA line that came late.\n`);
  await page.getByText('The document has changed since you opened it').waitFor();
  await page.getByRole('button', { name: 'Show what changed' }).click();
  await page.locator('tr[data-type=add]').getByText('A line that came late.').waitFor();
  await page.getByRole('button', { name: 'I have seen the new version' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await eventually(() => assert.equal(site.cluster.approval(id).status, 'approved'));
});

test('what is changed while the agent is away waits, survives a reload, and is applied when it is back', async () => {
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/settings');
  await page.getByLabel('Keep changes while an agent is away').click();
  await page.goto(site.page('specs/trip-calendar'));
  await page.getByLabel('Status of task 2.3', { exact: true }).first().waitFor();
  await site.cluster.stopAgent();
  await page.getByText(/Offline since/).waitFor();
  await page.getByLabel('Status of task 2.3', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Completed' }).click();
  await page.getByLabel('Waiting for the agent').first().waitFor();
  assert.doesNotMatch(site.cluster.read(kTasks), /- \[x\] 2\.3/);
  await page.reload();
  await page.getByRole('button', { name: /1 change on its way/ }).waitFor();
  await site.cluster.startAgent();
  await eventually(() => assert.match(site.cluster.read(kTasks), /- \[x\] 2\.3/));
  await page.getByRole('button', { name: /0 changes on their way/ }).waitFor();
});

test('without queueing, editing is disabled while the agent is away', async () => {
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page('specs/trip-calendar'));
  await page.getByLabel('Status of task 2.3', { exact: true }).first().waitFor();
  await site.cluster.stopAgent();
  await page.getByText('Connect your coding agent to edit.', { exact: false }).waitFor();
  assert.ok(await page.getByLabel('Status of task 2.3', { exact: true }).first().isDisabled());
});

test('an edit that conflicts with one on disk is merged, and nothing typed is lost', async () => {
  site.cluster.write(kDesign, '# Design\n\nOne.\n\nTwo.\n\nThree.\n');
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page('specs/trip-calendar/design'));
  await page.getByText('Edit', { exact: true }).click();
  const editor = page.getByRole('textbox', { name: /Design/ });
  await editor.getByText('Three.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Mine.');
  site.cluster.write(kDesign, '# Design\n\nOne. Theirs.\n\nTwo.\n\nThree.\n');
  await page.getByText('The file changed while you were editing').waitFor();
  await page.getByText('Both changes fit together.').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Use the merged text' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await eventually(() =>
    assert.equal(site.cluster.read(kDesign), '# Design\n\nOne. Theirs.\n\nTwo.\n\nThree. Mine.\n'),
  );
});

test('several approvals are decided at once, and the decision is undone', async () => {
  const ids = [
    await site.cluster.requestApproval('First', 'design'),
    await site.cluster.requestApproval('Second', 'requirements'),
  ];
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/approvals');
  await page.getByLabel('Select First').click();
  await page.getByLabel('Select Second').click();
  await page.getByRole('button', { name: 'Approve (2)' }).click();
  await eventually(() => ids.forEach((id) => assert.equal(site.cluster.approval(id).status, 'approved')));
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => ids.forEach((id) => assert.equal(site.cluster.approval(id).status, 'pending')));
});

test('an approval is decided by keyboard alone', async () => {
  const id = await site.cluster.requestApproval('By keys', 'design');
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/approvals');
  await page.getByText('By keys').waitFor();
  await page.keyboard.press('a');
  await page.getByText(/Approve: confirm with/).waitFor();
  await page.getByLabel('Response to the coding agent').focus();
  await page.keyboard.type('Fine');
  await page.keyboard.press('Control+Enter');
  await eventually(() => assert.equal(site.cluster.approval(id).status, 'approved'));
});

test('a shared copy opens in a fresh profile, without a session and without the server', async () => {
  const page = await signedIn(site.browser, site.cluster, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(site.page('specs/trip-calendar'));
  await page.getByRole('button', { name: 'Share a copy' }).click();
  await page.getByText('is in the clipboard', { exact: false }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const stranger = await (await site.browser.newContext()).newPage();
  const asked = [];
  stranger.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await stranger.goto(link);
  await stranger.getByText(/This is a copy of/).waitFor();
  await stranger.getByRole('heading', { name: 'Requirements: trip calendar' }).waitFor();
  assert.deepEqual(
    asked.filter((path) => path.startsWith('/api/')),
    [],
  );
});
