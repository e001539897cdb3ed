import { chromium } from 'playwright-core';

export const kDesktop = { width: 1280, height: 800 };
export const kPhone = { width: 360, height: 740 };

const kLaunch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export function launch() {
  return chromium.launch(kLaunch);
}

// A browser of its own, with nothing in any cache.
export function launchFresh(profile, options) {
  return chromium.launchPersistentContext(profile, { ...kLaunch, ...options });
}

// A fresh profile that has signed in, at the home page.
export async function signedIn(browser, cluster, options = {}) {
  const context = await browser.newContext({ viewport: kDesktop, baseURL: cluster.url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('Key').first().fill(cluster.userKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  return page;
}
