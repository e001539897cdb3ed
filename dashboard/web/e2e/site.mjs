// What the tests of the website begin with: a browser, and for each test a server and an agent of its own.
import { after, afterEach, before, beforeEach } from 'node:test';

import { launch } from './browser.mjs';
import { Cluster } from './cluster.mjs';

// `browser` and `cluster` are there while a test runs.
export function openSite() {
  const site = { browser: undefined, cluster: undefined, page: (path) => `/p/${site.cluster.projectId}/${path}` };
  before(async () => {
    site.browser = await launch();
  });
  after(() => site.browser.close());
  beforeEach(async () => {
    site.cluster = await Cluster.start();
  });
  afterEach(async () => {
    await Promise.all(site.browser.contexts().map((context) => context.close()));
    await site.cluster.stop();
  });
  return site;
}
