// How long a first visit takes: a profile that has never been used, until the list of projects can be clicked.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { kDesktop, launchFresh } from './browser.mjs';
import { Cluster } from './cluster.mjs';

const kVisits = 5;
const kProjectLink = 'main a[href^="/p/"]';

let cluster;
before(async () => {
  cluster = await Cluster.start();
});
after(() => cluster.stop());

// Runs in the page: notes, in milliseconds since the navigation began, when a project can be clicked where it is seen.
function watchForProjects(selector) {
  const look = () => {
    const link = document.querySelector(selector);
    const box = link?.getBoundingClientRect();
    const hit = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (hit && link.contains(hit)) window.usableAfterMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function visit() {
  const profile = mkdtempSync(join(tmpdir(), 'specrelay-profile-'));
  const context = await launchFresh(profile, { viewport: kDesktop, baseURL: cluster.url });
  try {
    await context.addCookies([await cluster.sessionCookie()]);
    const page = await context.newPage();
    await page.addInitScript(watchForProjects, kProjectLink);
    await page.goto('/');
    await page.waitForFunction(() => window.usableAfterMs !== undefined);
    const figures = await page.evaluate(() => {
      const loads = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
      const before = loads.filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= window.usableAfterMs);
      return {
        usableMs: window.usableAfterMs,
        bytes: before.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        requests: before.length,
      };
    });
    await page.locator(kProjectLink).first().click();
    await page.waitForURL('**/specs');
    return figures;
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

test('the first view can be used; its cost is printed', async (context) => {
  const visits = [];
  for (let i = 0; i < kVisits; ++i) visits.push(await visit());
  const times = visits.map(({ usableMs }) => Math.round(usableMs)).sort((a, b) => a - b);
  const { bytes, requests } = visits[0];
  const figures = `first view usable after ${times[times.length >> 1]} ms (median of ${times.join(', ')}); ${(bytes / 1024).toFixed(0)} KB in ${requests} requests`;
  context.diagnostic(figures);
  console.log(figures);
  assert.ok(times.every((time) => time > 0));
});
