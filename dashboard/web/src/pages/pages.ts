// The pages, each in a file of its own that is loaded when somebody goes there.
import { lazy } from 'react';

const loadHome = () => import('./Home');
const loadInbox = () => import('./Inbox');

export const Home = lazy(loadHome);
export const Inbox = lazy(loadInbox);
export const Specs = lazy(() => import('./Specs'));
export const Spec = lazy(() => import('./Spec'));
export const Steering = lazy(() => import('./Steering'));
export const Approval = lazy(() => import('./Approval'));
export const Question = lazy(() => import('./Question'));
export const Logs = lazy(() => import('./Logs'));
export const Jobs = lazy(() => import('./Jobs'));
export const Job = lazy(() => import('./Job'));
export const Statistics = lazy(() => import('./Statistics'));
export const Settings = lazy(() => import('./Settings'));
export const Shared = lazy(() => import('./Shared'));
export const NotFound = lazy(() => import('./NotFound'));

const kFirstPages: Record<string, () => Promise<unknown>> = { '/': loadHome, '/approvals': loadInbox };

// Loads the page that a visit begins with while the session is still being asked for.
export function preloadPage(path: string): void {
  void kFirstPages[path]?.();
}
