// Questions of coding agents, in the website.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { signedIn } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { openSite } from './site.mjs';

const kAxe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const site = openSite();

const kChoice = {
  title: 'Which calendar?',
  options: ['By month', 'By week'],
  allowFreeText: true,
  text: 'People plan *differently*.',
  blocking: true,
};

const onDisk = (id) => JSON.parse(site.cluster.read(`questions/${id}.json`));

test('a question appears in the inbox, is announced, and is answered on disk', async () => {
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/approvals');
  await page.getByText('Live', { exact: true }).waitFor();
  const id = await site.cluster.ask(kChoice);
  await page.getByRole('alert').getByText('Which calendar?').waitFor();
  const card = page.getByRole('region', { name: 'Which calendar?' });
  await card.getByText('differently').waitFor();
  await card.getByText('The coding agent waits').waitFor();
  assert.ok(await card.getByRole('button', { name: 'Send answer' }).isDisabled());
  await card.getByRole('button', { name: 'By month' }).click();
  await card.getByRole('button', { name: 'By week' }).click();
  await card.getByLabel('Answer in your own words').fill('For now');
  await card.getByRole('button', { name: 'Send answer' }).click();
  await eventually(() => assert.equal(onDisk(id).status, 'answered'));
  const { choices, answer, answeredBy } = onDisk(id);
  assert.deepEqual(choices, ['By week']);
  assert.equal(answer, 'For now');
  assert.equal(answeredBy.keyName, 'anna');
  await card.waitFor({ state: 'detached' });
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('link', { name: 'Which calendar?' }).click();
  await card.getByText(/Answered by anna/).waitFor();
  await card.getByText('For now').waitFor();
});

test('who answers second is told that the first answer stands, and the question is gone', async () => {
  const id = await site.cluster.ask(kChoice);
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/approvals');
  const card = page.getByRole('region', { name: 'Which calendar?' });
  await card.getByRole('button', { name: 'By month' }).click();
  // Another answers while this answer is on its way.
  await page.route(`**/questions/${id}/answer`, async (route) => {
    await site.cluster.execute({ questionAnswer: { id, choices: ['By week'] } });
    await route.continue();
  });
  await card.getByRole('button', { name: 'Send answer' }).click();
  await page.getByRole('alert').getByText('the first answer stands').waitFor();
  await card.waitFor({ state: 'detached' });
  assert.deepEqual(onDisk(id).choices, ['By week']);
});

test('a question is answered by keyboard alone, and its keys decide no approval', async () => {
  const approval = await site.cluster.requestApproval('Not by these keys', 'design');
  const id = await site.cluster.ask({ title: 'How many?', options: ['One', 'Two', 'Three'], allowMultiple: true });
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/approvals');
  const first = page.getByRole('button', { name: 'One', exact: true });
  await first.focus();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find projects, specs and approvals').waitFor();
  await page.keyboard.press('Escape');
  await first.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Send answer' }).focus();
  await page.keyboard.press('Enter');
  await eventually(() => assert.deepEqual(onDisk(id).choices, ['One', 'Three']));
  assert.equal(new URL(page.url()).pathname, '/approvals');
  assert.equal(site.cluster.approval(approval).status, 'pending');
});

test('a coding agent’s link leads to its question, which others see answered', async () => {
  const id = await site.cluster.ask(kChoice);
  const page = await signedIn(site.browser, site.cluster, { reducedMotion: 'reduce' });
  await page.goto(`/p/${site.cluster.projectId}/questions/${id}`);
  const card = page.getByRole('region', { name: 'Which calendar?' });
  await card.getByRole('button', { name: 'By week' }).click();
  await page.evaluate(`(async () => { ${readFileSync(kAxe, 'utf8')} })()`);
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(({ id: rule, nodes }) => `${rule}: ${nodes[0].html.slice(0, 160)}`),
    [],
  );
  await site.cluster.execute({ questionDismiss: { id, reason: 'Take either' } });
  await card.getByText(/Dismissed by anna/).waitFor();
  await card.getByText('Take either').waitFor();
});
