import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';

import { type LiveEvent, staleAfter } from './affected';

const kKeys: Record<string, readonly unknown[]> = {
  session: ['session'],
  projects: ['projects'],
  info: ['project', 'p', 'info'],
  specs: ['project', 'p', 'specs'],
  archived: ['project', 'p', 'archived'],
  oldDesign: ['project', 'p', 'archived', 'old', 'document', 'design'],
  design: ['project', 'p', 'specs', 'a', 'document', 'design'],
  tasks: ['project', 'p', 'specs', 'a', 'tasks'],
  log: ['project', 'p', 'specs', 'a', 'log', '', ''],
  otherTasks: ['project', 'p', 'specs', 'b', 'tasks'],
  steering: ['project', 'p', 'steering', 'tech'],
  approvals: ['project', 'p', 'approvals'],
  reviewed: ['project', 'p', 'reviewed', 'x', 'content'],
  diff: ['project', 'p', 'reviewed', 'x', 'diff', '1', 'current'],
  questions: ['project', 'p', 'questions'],
  autoApprove: ['project', 'p', 'auto-approve'],
  jobs: ['project', 'p', 'jobs'],
  history: ['project', 'p', 'jobs', 'j', 'history'],
  analytics: ['project', 'p', 'analytics', 'velocity', '30'],
  elsewhere: ['project', 'q', 'specs'],
};

// The names of the queries that a client would read again.
async function staleNames(type: string, data: LiveEvent['data'] = {}, projectId = 'p'): Promise<string[]> {
  const client = new QueryClient();
  for (const key of Object.values(kKeys)) client.setQueryData(key, 'old');
  for (const stale of staleAfter({ type, projectId, data })) await client.invalidateQueries(stale);
  return Object.entries(kKeys).flatMap(([name, key]) => (client.getQueryState(key)?.isInvalidated ? [name] : []));
}

const kOfProject = Object.keys(kKeys).filter((name) => kKeys[name]?.[1] === 'p');

describe('an event makes stale what it changed', () => {
  it('everything after a gap in the stream', async () => {
    expect(await staleNames('resync', {}, '')).toEqual(Object.keys(kKeys));
  });

  it('everything of one project after a gap in its stream, or when its agent comes', async () => {
    expect(await staleNames('resync')).toEqual(['projects', ...kOfProject]);
    expect(await staleNames('agent:created')).toEqual(['projects', ...kOfProject]);
  });

  it.each(['agent:updated', 'agent:deleted', 'projects-update'])('the list of projects after %s', async (type) => {
    expect(await staleNames(type)).toEqual(['projects', 'info']);
  });

  it.each(['spec-update', 'task-status-update', 'implementation-log-update'])(
    'its spec, the list, what is under review and the statistics after %s, and not the documents of other specs',
    async (type) => {
      expect(await staleNames(type, { path: 'specs/a/tasks.md' })).toEqual([
        'specs',
        'design',
        'tasks',
        'log',
        'reviewed',
        'diff',
        'analytics',
      ]);
    },
  );

  it.each(['archive/specs/old/design.md', 'specs', '', undefined, 7])('all specs when the path is %s', async (path) => {
    const all = [
      'specs',
      'archived',
      'oldDesign',
      'design',
      'tasks',
      'log',
      'otherTasks',
      'reviewed',
      'diff',
      'analytics',
    ];
    expect(await staleNames('spec-update', { path })).toEqual(all);
  });

  it('the steering documents and whether they exist', async () => {
    expect(await staleNames('steering-update', { path: 'steering/tech.md' })).toEqual([
      'info',
      'steering',
      'reviewed',
      'diff',
    ]);
  });

  it('approvals with their differences', async () => {
    expect(await staleNames('approval-update')).toEqual(['approvals', 'reviewed', 'diff', 'analytics']);
  });

  it('questions', async () => {
    expect(await staleNames('question-update')).toEqual(['questions']);
  });

  it('no job because a run has more output', async () => {
    expect(await staleNames('job-update', { jobId: 'j', state: 'RUNNING' })).toEqual([]);
    expect(await staleNames('job-update', { jobId: 'j', state: 'FAILED' })).toEqual(['jobs', 'history']);
  });

  it('jobs with their history', async () => {
    expect(await staleNames('job-update')).toEqual(['jobs', 'history']);
  });

  it('settings when their file changed, and nothing for other files', async () => {
    expect(await staleNames('file-changed', { path: 'settings.json' })).toEqual(['info', 'autoApprove']);
    expect(await staleNames('file-changed', { path: 'notes.txt' })).toEqual([]);
  });

  it.each(['activity', 'command-state', 'of-a-later-version', 'constructor'])('nothing after %s', async (type) => {
    expect(await staleNames(type, { path: 'specs/a/tasks.md' })).toEqual([]);
  });
});
