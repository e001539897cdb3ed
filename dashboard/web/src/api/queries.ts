// What is read from the server, by key. live/affected.ts knows which keys an event makes stale.
import { queryOptions } from '@tanstack/react-query';

import { projectPath, request } from './http';
import type {
  AgentDetails,
  ApiKey,
  Approval,
  ApprovalMetrics,
  Burndown,
  CodeMetrics,
  CycleTime,
  Diff,
  Document,
  DocumentName,
  History,
  Job,
  JobExecution,
  JobList,
  JobStats,
  LogEntry,
  Project,
  ProjectInfo,
  Question,
  Session,
  Snapshot,
  Spec,
  SpecDocuments,
  SteeringName,
  TaskLogStats,
  TaskProgress,
  TaskVelocity,
} from './types';

export interface Versioned<T> {
  value: T;
  etag: string | undefined;
}

function get<T>(path: string) {
  return async ({ signal }: { signal: AbortSignal }): Promise<T> => (await request<T>(path, { signal })).data;
}

function getVersioned<T>(path: string) {
  return async ({ signal }: { signal: AbortSignal }): Promise<Versioned<T>> => {
    const answer = await request<T>(path, { signal });
    return { value: answer.data, etag: answer.etag };
  };
}

// The result of a typed command that reads, for what the paths of the API leave out. Protobuf's JSON has no field that
// is false, zero or empty.
function read<T>(project: string, command: string) {
  return async ({ signal }: { signal: AbortSignal }): Promise<T> => {
    const options = { method: 'POST', body: { command: { [command]: {} } }, signal };
    const { data } = await request<{ result: Record<string, T> }>(projectPath(project, 'commands'), options);
    return data.result[command] as T;
  };
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: get<Session>('/api/session'),
  retry: false,
});

export const projectsQuery = queryOptions({ queryKey: ['projects'], queryFn: get<Project[]>('/api/projects/list') });

export const keysQuery = queryOptions({ queryKey: ['keys'], queryFn: get<ApiKey[]>('/api/keys') });

export const infoQuery = (project: string) =>
  queryOptions({ queryKey: ['project', project, 'info'], queryFn: get<ProjectInfo>(projectPath(project, 'info')) });

export const agentDetailsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'info', 'agent'],
    queryFn: read<AgentDetails>(project, 'projectInfo'),
  });

export const specsQuery = (project: string) =>
  queryOptions({ queryKey: ['project', project, 'specs'], queryFn: get<Spec[]>(projectPath(project, 'specs')) });

export const archivedSpecsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'archived'],
    queryFn: get<Spec[]>(projectPath(project, 'specs', 'archived')),
  });

export const specDocumentsQuery = (project: string, spec: string, archived: boolean) =>
  queryOptions({
    queryKey: ['project', project, archived ? 'archived' : 'specs', spec, 'all'],
    queryFn: get<SpecDocuments>(projectPath(project, 'specs', spec, 'all', ...(archived ? ['archived'] : []))),
  });

// One document with its version, for the editor.
export const documentQuery = (project: string, spec: string, document: DocumentName, archived: boolean) =>
  queryOptions({
    queryKey: ['project', project, archived ? 'archived' : 'specs', spec, 'document', document],
    queryFn: getVersioned<Document>(documentPath(project, spec, document, archived)),
  });

export function documentPath(project: string, spec: string, document: DocumentName, archived: boolean): string {
  return projectPath(project, 'specs', spec, document, ...(archived ? ['archived'] : []));
}

export const tasksQuery = (project: string, spec: string) =>
  queryOptions({
    queryKey: ['project', project, 'specs', spec, 'tasks'],
    queryFn: get<TaskProgress>(projectPath(project, 'specs', spec, 'tasks', 'progress')),
  });

export const steeringQuery = (project: string, name: SteeringName) =>
  queryOptions({
    queryKey: ['project', project, 'steering', name],
    queryFn: getVersioned<Document>(projectPath(project, 'steering', name)),
  });

export const approvalsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'approvals'],
    queryFn: get<Approval[]>(`${projectPath(project, 'approvals')}?status=all`),
  });

// Of the document that a request is about, which changes with the file and without the request.
export const approvalContentQuery = (project: string, approval: string) =>
  queryOptions({
    queryKey: ['project', project, 'reviewed', approval, 'content'],
    queryFn: getVersioned<{ content: string; filePath: string }>(
      projectPath(project, 'approvals', approval, 'content'),
    ),
  });

export const snapshotsQuery = (project: string, approval: string) =>
  queryOptions({
    queryKey: ['project', project, 'approvals', approval, 'snapshots'],
    queryFn: get<Snapshot[]>(projectPath(project, 'approvals', approval, 'snapshots')),
  });

export const diffQuery = (project: string, approval: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['project', project, 'reviewed', approval, 'diff', from, to],
    queryFn: get<Diff>(
      `${projectPath(project, 'approvals', approval, 'diff')}?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
    ),
  });

export const questionsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'questions'],
    queryFn: get<Question[]>(`${projectPath(project, 'questions')}?status=all`),
  });

export const autoApproveQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'auto-approve'],
    queryFn: get<{ enabled: boolean }>(projectPath(project, 'approvals', 'auto-approve')),
  });

export const logQuery = (project: string, spec: string, search: string, task: string) =>
  queryOptions({
    queryKey: ['project', project, 'specs', spec, 'log', search, task],
    queryFn: get<{ entries: LogEntry[] }>(
      `${projectPath(project, 'specs', spec, 'implementation-log')}?${new URLSearchParams({
        ...(search ? { search } : {}),
        ...(task ? { taskId: task } : {}),
      })}`,
    ),
  });

export const taskLogStatsQuery = (project: string, spec: string, task: string) =>
  queryOptions({
    queryKey: ['project', project, 'specs', spec, 'log-stats', task],
    queryFn: get<TaskLogStats>(projectPath(project, 'specs', spec, 'implementation-log', 'task', task, 'stats')),
  });

function jobsPath(project: string, ...segments: string[]): string {
  return `${['/api/jobs', ...segments.map(encodeURIComponent)].join('/')}?projectId=${encodeURIComponent(project)}`;
}

// Jobs are the machine's; the project says which machine.
export const jobUrl = jobsPath;

interface JobListResult {
  jobs?: (Omit<Job, 'enabled' | 'config'> & Partial<Job>)[];
  timeZone?: string;
}

// By the typed command, which tells when a job runs next and in which time zone; the list at /api/jobs does not.
export const jobsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'jobs'],
    queryFn: async ({ signal }): Promise<JobList> => {
      const { jobs = [], timeZone } = await read<JobListResult>(project, 'jobList')({ signal });
      return {
        jobs: jobs.map((job) => ({ ...job, enabled: job.enabled ?? false, config: job.config ?? {} })),
        timeZone,
      };
    },
  });

export const jobHistoryQuery = (project: string, job: string) =>
  queryOptions({
    queryKey: ['project', project, 'jobs', job, 'history'],
    queryFn: get<JobExecution[]>(`${jobsPath(project, job, 'history')}&limit=50`),
  });

export const jobStatsQuery = (project: string, job: string) =>
  queryOptions({
    queryKey: ['project', project, 'jobs', job, 'stats'],
    queryFn: get<JobStats>(jobsPath(project, job, 'stats')),
  });

function analytics<T>(name: string) {
  return (project: string, days: number) =>
    queryOptions({
      queryKey: ['project', project, 'analytics', name, days],
      queryFn: get<T>(`${projectPath(project, 'analytics', name)}?days=${days}`),
    });
}

export const historyQuery = analytics<History>('history');
export const taskVelocityQuery = analytics<TaskVelocity>('task-velocity');
export const approvalMetricsQuery = analytics<ApprovalMetrics>('approval-metrics');
export const codeMetricsQuery = analytics<CodeMetrics>('code-metrics');
export const cycleTimeQuery = analytics<CycleTime>('cycle-time');
export const burndownQuery = analytics<Burndown>('burndown');
