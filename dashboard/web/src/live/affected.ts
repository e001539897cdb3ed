// Which queries an event makes stale. Pure.
import type { QueryKey } from '@tanstack/react-query';

export interface LiveEvent {
  type: string;
  projectId: string;
  data: Record<string, unknown>;
}

export interface StaleQueries {
  // A prefix: everything below it is stale as well, unless `exact`.
  queryKey: QueryKey;
  exact?: true;
}

export function staleAfter(event: LiveEvent): StaleQueries[] {
  const below = (...segments: string[]): StaleQueries => ({ queryKey: ['project', event.projectId, ...segments] });
  const projects: StaleQueries = { queryKey: ['projects'] };
  switch (event.type) {
    case 'resync':
      return event.projectId ? [projects, below()] : [{ queryKey: [] }];
    case 'agent:created':
      // What was shown while the agent was away is old.
      return [projects, below()];
    case 'agent:updated':
    case 'agent:deleted':
    case 'projects-update':
      return [projects, below('info')];
    case 'spec-update':
    case 'task-status-update':
    case 'implementation-log-update':
      return [...specQueries(pathOf(event), below), below('reviewed'), below('analytics')];
    case 'steering-update':
      return [below('steering'), below('reviewed'), below('info')];
    case 'approval-update':
      return [below('approvals'), below('reviewed'), below('analytics')];
    case 'question-update':
      return [below('questions')];
    case 'job-update':
      // More output changes nothing in lists and figures.
      return event.data['state'] === 'RUNNING' ? [] : [below('jobs')];
    case 'file-changed':
      return pathOf(event) === 'settings.json' ? [below('auto-approve'), below('info')] : [];
    default:
      return [];
  }
}

function specQueries(path: string, below: (...segments: string[]) => StaleQueries): StaleQueries[] {
  const [shelf, spec] = path.split('/');
  if (shelf !== 'specs' || !spec) return [below('specs'), below('archived')];
  // The list shows dates and progress of each spec; documents of the others stay.
  return [below('specs', spec), { ...below('specs'), exact: true }];
}

function pathOf(event: LiveEvent): string {
  const path = event.data['path'];
  return typeof path === 'string' ? path : '';
}
