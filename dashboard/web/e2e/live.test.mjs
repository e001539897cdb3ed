// What appears by itself: news, changes of others, the output of jobs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { signedIn } from './browser.mjs';
import { openSite } from './site.mjs';

const kDesign = 'specs/trip-calendar/design.md';

const site = openSite();

const cleanup = (id, name) => ({
  jobCreate: {
    job: { id, name, type: 'cleanup-approvals', enabled: true, schedule: '0 2 * * *', config: { daysOld: 30 } },
  },
});

async function live(page) {
  await page.getByText('Live', { exact: true }).waitFor();
}

// In the page: whether the browser keeps that the document was changed last on the machine, by nobody's key.
async function keepsChangeByNobody(document) {
  const databases = await indexedDB.databases();
  if (!databases.some(({ name }) => name === 'specrelay-cache')) return false;
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await done(indexedDB.open('specrelay-cache'));
  const client = await done(database.transaction('cache').objectStore('cache').get('queries'));
  database.close();
  const isIt = (change) => change?.at && change.path === document && !change.who;
  return (client?.clientState.queries ?? []).some(({ state }) => Array.isArray(state.data) && state.data.some(isIt));
}

test('a job runs and shows its output as it comes', async () => {
  const runners = {
    runners: [
      {
        name: 'say',
        argv: ['/bin/sh', '-c', 'echo first; read wait <fifo; echo second'],
        workingDirectory: '{{projectPath}}',
      },
    ],
  };
  writeFileSync(join(site.cluster.state, 'runners.json'), JSON.stringify(runners));
  await site.cluster.execute({
    jobCreate: {
      job: {
        id: 'say',
        name: 'Say',
        type: 'run-agent',
        schedule: '0 3 * * *',
        config: { runner: 'say', projectPath: site.cluster.project },
      },
    },
  });
  execFileSync('mkfifo', [join(site.cluster.project, 'fifo')]);
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page('jobs/say'));
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  const output = page.getByRole('region', { name: 'Output' });
  await output.getByText('first').waitFor();
  assert.equal(await output.getByText('second').count(), 0);
  writeFileSync(join(site.cluster.project, 'fifo'), 'go\n');
  await output.getByText('second').waitFor();
  await output.getByText('Succeeded').waitFor();
});

test('a new request is announced, and one that was there before is not', async () => {
  await site.cluster.requestApproval('Here before', 'design');
  const page = await signedIn(site.browser, site.cluster);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('1 approval', { exact: true }).waitFor();
  await site.cluster.requestApproval('Just now', 'requirements');
  const announced = page.getByRole('alert');
  await announced.getByText('Just now').waitFor();
  assert.equal(await announced.getByText('Here before').count(), 0);
});

test('the end of a job is announced wherever the user is, unless that is turned off', async () => {
  await site.cluster.execute(cleanup('tidy', 'Tidy up'));
  const page = await signedIn(site.browser, site.cluster);
  await live(page);
  await site.cluster.execute({ jobRun: { id: 'tidy' } });
  const announced = page.getByRole('alert').filter({ hasText: 'A job has succeeded' });
  await announced.getByText('Tidy up').waitFor();
  await page.goto('/settings');
  await page.getByLabel('In the page').click();
  await page.goto('/approvals');
  await live(page);
  await site.cluster.execute({ jobRun: { id: 'tidy' } });
  // What comes later by the same stream tells that the job's end was heard.
  await site.cluster.requestApproval('After it', 'design');
  await page.getByText('After it').waitFor();
  assert.equal(await page.getByRole('alert').count(), 0);
});

test('the number of pending approvals stands in the title, unless that is turned off', async () => {
  await site.cluster.requestApproval('One', 'design');
  const page = await signedIn(site.browser, site.cluster);
  await page.waitForFunction(() => document.title.startsWith('(1)'));
  await page.goto('/settings');
  await page.getByLabel('Number of pending approvals in the title').click();
  await page.waitForFunction(() => document.title === 'SpecRelay');
});

test('who has changed a document that is open is said, and on the home page too', async () => {
  const ben = site.cluster.makeKey('ben', 'user');
  const page = await signedIn(site.browser, site.cluster);
  await page.goto(site.page('specs/trip-calendar/design'));
  await page.locator('.markdown').waitFor();
  await live(page);
  await site.cluster.saveDesign(ben, '# Design\n\nBy Ben.\n');
  await page.getByText('By Ben.').waitFor();
  await page.getByText('Changed by ben through the dashboard').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  const recent = page.getByRole('region', { name: 'Changed lately' });
  await recent.getByText('Changed by ben through the dashboard').waitFor();
  site.cluster.write(kDesign, '# Design\n\nBy an editor.\n');
  await recent.getByText('Changed on the machine').waitFor();
  await page.waitForFunction(keepsChangeByNobody, kDesign);
  await page.reload();
  await recent.getByText('Changed on the machine').click();
  await page.getByText('By an editor.').waitFor();
});

test('a job says when it runs next, by the clock of its machine, in the language of the user', async () => {
  await site.cluster.execute(cleanup('tidy', 'Tidy up'));
  const page = await signedIn(site.browser, site.cluster);
  await page.goto('/settings');
  await page.getByRole('combobox', { name: 'Language' }).click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  await page.goto(site.page('jobs'));
  await page.getByText('Um 02:00').waitFor();
  const next = page.getByText('Nächster Lauf').locator('time');
  const { jobs, timeZone } = (await site.cluster.execute({ jobList: {} })).jobList;
  assert.equal(await next.getAttribute('dateTime'), jobs[0].nextRun);
  assert.match(await next.textContent(), /02:00/);
  await page.getByText(timeZone, { exact: false }).first().waitFor();
});

test('the home page says since when an agent is away', async () => {
  const page = await signedIn(site.browser, site.cluster);
  await live(page);
  await site.cluster.stopAgent();
  await page.getByText(/Offline since/).waitFor();
  await site.cluster.startAgent();
  await page.getByText('Agent live').waitFor();
  assert.equal(await page.getByText(/Offline since/).count(), 0);
});
