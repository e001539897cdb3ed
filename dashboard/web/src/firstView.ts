// What the first view needs is asked for at once, and not only when the component that shows it is there.
import { projectsQuery, sessionQuery } from './api/queries';
import { preloadPage } from './pages/pages';
import { queryClient } from './queryClient';

// They show nothing of a session.
const kPublic = /^\/(share|sign-in)$/;

export function beginFirstView(path: string): void {
  if (kPublic.test(path)) return;
  preloadPage(path);
  // Who shows them tells what went wrong.
  queryClient.query(sessionQuery).catch(() => undefined);
  queryClient.query(projectsQuery).catch(() => undefined);
}
