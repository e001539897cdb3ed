// What holds for each page: nothing that keeps people out, nothing that does not fit on a phone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { kDesktop, kPhone, signedIn } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { openSite } from './site.mjs';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const site = openSite();

// Puts something on every page; returns their addresses.
async function fillPages() {
  const id = await site.cluster.requestApproval('Review the design of the trip calendar', 'design');
  const job = {
    id: 'tidy',
    name: 'Tidy up',
    type: 'cleanup-approvals',
    enabled: true,
    schedule: '0 2 * * *',
    config: { daysOld: 30 },
  };
  await site.cluster.execute({ jobCreate: { job } });
  await site.cluster.execute({ jobRun: { id: 'tidy' } });
  const choice = { title: 'Which calendar?', text: 'As in `calendar.tsx`?', options: ['By month', 'By week'] };
  const asked = await site.cluster.ask({ ...choice, allowFreeText: true, blocking: true });
  const answered = await site.cluster.ask({ title: 'What is the club called?' });
  await site.cluster.execute({ questionAnswer: { id: answered, answer: 'Trail friends' } });
  const dismissed = await site.cluster.ask({ title: 'Tabs or spaces?' });
  await site.cluster.execute({ questionDismiss: { id: dismissed } });
  const inProject = [
    `questions/${asked}`,
    `questions/${answered}`,
    `questions/${dismissed}`,
    'questions/no-such-question',
    'specs',
    'specs?shelf=archived',
    'specs/trip-calendar',
    'specs/trip-calendar/requirements',
    'steering',
    `approvals/${id}`,
    'logs',
    'logs?spec=offline-maps&task=1.1',
    'jobs',
    'jobs/tidy',
    'statistics',
  ];
  return ['/', '/approvals', '/settings', '/no-such-page', ...inProject.map((part) => site.page(part))];
}

async function settle(page, path) {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
}

// Findings of axe that keep people out, for a message.
async function findingsOf(page) {
  await page.evaluate(`(async () => { ${kAxe} })()`);
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`);
}

async function previewed(page) {
  await page.getByText('Preview', { exact: true }).click();
  await page.locator('.cm-content').waitFor();
}

async function keyHelp(page) {
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
}

async function closedToo(page) {
  await page.keyboard.press('Escape');
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('link', { name: 'Tabs or spaces?' }).waitFor();
}

// What is done on a page to see more of it.
const kDeeper = {
  'specs/trip-calendar': [
    (page) =>
      page
        .getByRole('button', { name: /^Details of task/ })
        .first()
        .click(),
    (page) => page.getByText('Board', { exact: true }).click(),
  ],
  'specs/trip-calendar/requirements': [previewed],
  jobs: [(page) => page.getByRole('button', { name: 'New job' }).click()],
  '/approvals': [keyHelp, closedToo],
};

for (const [kind, viewport] of Object.entries({ desktop: kDesktop, phone: kPhone })) {
  for (const colorScheme of ['light', 'dark']) {
    test(`no page has serious findings of axe or is too wide: ${kind}, ${colorScheme}`, async () => {
      const pages = await fillPages();
      // What fades in has too little contrast for a moment.
      const page = await signedIn(site.browser, site.cluster, { viewport, colorScheme, reducedMotion: 'reduce' });
      const found = [];
      page.on('pageerror', (error) => found.push(`an error of the page: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
          found.push(message.text());
      });
      const look = async (where) => {
        found.push(...(await findingsOf(page)).map((finding) => `${where}: ${finding}`));
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (excess > 0) found.push(`${where}: ${excess} pixels too wide`);
      };
      for (const path of pages) {
        await settle(page, path);
        await look(path);
        for (const step of kDeeper[path.replace(/^\/p\/[^/]+\//, '')] ?? []) {
          await step(page);
          await look(`${path}, further`);
        }
      }
      await page.context().clearCookies();
      await settle(page, '/sign-in');
      await look('/sign-in');
      assert.deepEqual(found, []);
    });
  }
}

test('approving is comfortable on a phone', async () => {
  const id = await site.cluster.requestApproval('On the train', 'design');
  const page = await signedIn(site.browser, site.cluster, { viewport: kPhone, hasTouch: true, isMobile: true });
  await page.goto(site.page(`approvals/${id}`));
  const approve = page.getByRole('button', { name: 'Approve' });
  await approve.waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
  assert.ok((await approve.boundingBox()).height >= 36);
  await approve.tap();
  await eventually(() => assert.equal(site.cluster.approval(id).status, 'approved'));
});
