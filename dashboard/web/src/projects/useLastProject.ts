import { useEffect } from 'react';
import { useLocation } from 'react-router';

import { useProjects } from './useProjects';

const kKey = 'specrelay-last-project';

// The project of the page's address, or else the one that was open last, or the first; empty when there is none.
export function useLastProject(): string {
  const projects = useProjects();
  const { pathname } = useLocation();
  const here = /^\/p\/([^/]+)/.exec(pathname)?.[1];
  const open = here ? decodeURIComponent(here) : undefined;
  useEffect(() => {
    if (open) localStorage.setItem(kKey, open);
  }, [open]);
  if (open) return open;
  const last = localStorage.getItem(kKey);
  const known = projects.find(({ projectId }) => projectId === last) ?? projects[0];
  return known?.projectId ?? '';
}
