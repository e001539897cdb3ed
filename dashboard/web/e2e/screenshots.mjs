// Pictures of every page, light and dark, on a desktop and on a phone: node e2e/screenshots.mjs DIRECTORY
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { kDesktop, kPhone, launch, signedIn } from './browser.mjs';
import { Cluster } from './cluster.mjs';
import { fillPast } from './past.mjs';

const directory = process.argv[2];
mkdirSync(directory, { recursive: true });

const cluster = await Cluster.start();
const browser = await launch();
try {
  await fillPast(cluster);
  const approval = await cluster.requestApproval('Review the design of the trip calendar', 'design');
  await cluster.requestApproval('Review the requirements of the trip calendar', 'requirements');
  await cluster.execute({
    jobCreate: {
      job: {
        id: 'tidy',
        name: 'Tidy up approvals',
        type: 'cleanup-approvals',
        enabled: true,
        schedule: '0 2 * * *',
        config: { daysOld: 30 },
      },
    },
  });
  await cluster.execute({ jobRun: { id: 'tidy' } });
  for (const taskId of ['2.2', '2.3']) {
    await cluster.execute({ taskStatusUpdate: { specName: 'trip-calendar', taskId, status: 'TASK_STATUS_COMPLETED' } });
  }
  const project = `/p/${cluster.projectId}`;
  const pages = {
    home: '/',
    approvals: '/approvals',
    approval: `${project}/approvals/${approval}`,
    specs: `${project}/specs`,
    tasks: `${project}/specs/trip-calendar`,
    document: `${project}/specs/trip-calendar/requirements`,
    steering: `${project}/steering`,
    logs: `${project}/logs?spec=trip-calendar`,
    jobs: `${project}/jobs`,
    job: `${project}/jobs/tidy`,
    statistics: `${project}/statistics`,
    settings: '/settings',
  };
  for (const [kind, viewport] of Object.entries({ desktop: kDesktop, phone: kPhone })) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await signedIn(browser, cluster, { viewport, colorScheme, reducedMotion: 'reduce' });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
        await page.screenshot({ path: join(directory, `${name}-${kind}-${colorScheme}.png`) });
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await cluster.stop();
}
