// What the HTTP contract answers; see /api/openapi.json of a running server.

export type Role = 'viewer' | 'user' | 'agent' | 'admin';

export interface Session {
  account: string;
  role: Role;
  keyName: string;
  expiresAt: string;
}

export interface ProjectInstance {
  pid: number;
  registeredAt: string;
}

export interface Project {
  projectId: string;
  projectName: string;
  projectPath: string;
  instances: ProjectInstance[];
  isActive: boolean;
}

// What the machine's owner lets remote people do.
export interface AgentPolicy {
  readOnly?: boolean;
  allowedCommands?: string[];
  // A number of 64 bits, which JSON writes as text.
  maxFileBytes?: string;
  projectReadable?: boolean;
  readableRoots?: string[];
  decidingAccounts?: string[];
}

// What the agent itself says of the project.
export interface AgentDetails {
  machine?: { hostName?: string; platform?: string };
  agentVersion?: string;
  policy?: AgentPolicy;
}

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  projectIds: string[];
  createdAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  active: boolean;
}

export interface ProjectInfo {
  projectId: string;
  projectName: string;
  projectPath: string;
  steering: { exists: boolean; documents: Record<SteeringName, boolean>; lastModified?: string };
  version: string;
}

export type SteeringName = 'product' | 'tech' | 'structure' | 'principles';
export type DocumentName = 'requirements' | 'design' | 'tasks';

export interface Phase {
  exists: boolean;
  lastModified?: string;
}

export interface Spec {
  name: string;
  displayName: string;
  createdAt: string;
  lastModified: string;
  phases: Record<DocumentName | 'implementation', Phase>;
  taskProgress?: { total: number; completed: number; pending: number };
}

export interface Document {
  content: string;
  lastModified: string;
}

export type SpecDocuments = Record<DocumentName, Document | null>;

export type TaskStatus = 'pending' | 'in-progress' | 'completed' | 'blocked';

export interface PromptSection {
  key: string;
  value: string;
}

export interface Task {
  id: string;
  description: string;
  status: TaskStatus;
  lineNumber: number;
  indentLevel: number;
  isHeader: boolean;
  completed: boolean;
  inProgress: boolean;
  blockedReason?: string;
  requirements?: string[];
  leverage?: string;
  files?: string[];
  purposes?: string[];
  implementationDetails?: string[];
  prompt?: string;
  promptStructured?: PromptSection[];
}

export interface TaskProgress {
  total: number;
  completed: number;
  inProgress: string | null;
  progress: number;
  taskList: Task[];
  lastModified: string;
}

// Who did something; what is not known is absent or empty.
export interface Actor {
  account?: string;
  keyName?: string;
  client?: string;
}

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'needs-revision';

export interface ApprovalComment {
  id?: string;
  type: 'general' | 'selection';
  comment: string;
  timestamp?: string;
  selectedText?: string;
  lineNumber?: number;
  highlightColor?: string;
}

export interface Approval {
  id: string;
  title: string;
  filePath: string;
  type: 'document' | 'action';
  status: ApprovalStatus;
  createdAt: string;
  category: 'spec' | 'steering';
  categoryName: string;
  respondedAt?: string;
  response?: string;
  annotations?: string;
  comments?: ApprovalComment[];
  decidedBy?: Actor;
}

export type QuestionStatus = 'pending' | 'answered' | 'dismissed';

// Something that a coding agent wants to know.
export interface Question {
  id: string;
  title: string;
  // What one must know to answer it, as Markdown.
  text?: string;
  specName?: string;
  taskId?: string;
  options: string[];
  allowFreeText: boolean;
  allowMultiple: boolean;
  // The coding agent waits for the answer; else it collects it later.
  blocking: boolean;
  status: QuestionStatus;
  askedAt: string;
  answer?: string;
  choices?: string[];
  answeredAt?: string;
  answeredBy?: Actor;
}

export interface Snapshot {
  id: string;
  approvalId: string;
  approvalTitle: string;
  version: number;
  timestamp: string;
  trigger: string;
  status: ApprovalStatus;
  content: string;
  fileStats: { size: number; lines: number; lastModified: string };
  comments: ApprovalComment[];
}

export interface DiffLine {
  type: 'normal' | 'add' | 'delete';
  oldLineNumber?: number;
  newLineNumber?: number;
  content: string;
}

export interface Diff {
  additions: number;
  deletions: number;
  changes: number;
  chunks: { oldStart: number; oldLines: number; newStart: number; newLines: number; lines: DiffLine[] }[];
}

export interface BatchResult {
  success: boolean;
  total: number;
  succeeded: string[];
  failed: { id: string; error: string }[];
}

export interface LogEntry {
  id: string;
  taskId: string;
  timestamp: string;
  summary: string;
  filesModified: string[];
  filesCreated: string[];
  statistics: { linesAdded: number; linesRemoved: number; filesChanged: number };
  artifacts: Record<string, Record<string, unknown>[]>;
}

export interface TaskLogStats {
  totalImplementations: number;
  totalFilesModified: number;
  totalFilesCreated: number;
  totalLinesAdded: number;
  totalLinesRemoved: number;
  lastImplementation: LogEntry | null;
}

export type JobType = 'cleanup-approvals' | 'cleanup-specs' | 'cleanup-archived-specs' | 'run-agent';

export interface Job {
  id: string;
  name: string;
  type: JobType;
  enabled: boolean;
  config: Record<string, unknown>;
  schedule: string;
  createdAt?: string;
  lastRun?: string;
  nextRun?: string;
}

export interface JobList {
  jobs: Job[];
  // Of the machine, which follows the schedules; nothing when it does not name it.
  timeZone?: string | undefined;
}

export interface JobExecution {
  id?: string;
  jobId: string;
  jobName: string;
  success: boolean;
  startTime: string;
  endTime: string;
  duration: number;
  itemsProcessed?: number;
  itemsDeleted?: number;
  error?: string;
  exitCode?: number;
  outputTail?: string;
}

export interface JobStats {
  totalExecutions: number;
  successfulExecutions: number;
  failedExecutions: number;
  successRate: number;
  totalItemsDeleted: number;
  avgDuration: number;
  lastExecution: JobExecution | null;
}

interface Window {
  windowDays: number;
  startDate: string;
  endDate: string;
  partialData?: boolean;
  dataCoverage?: string[];
}

export interface History extends Window {
  points: {
    date: string;
    specsCreated: number;
    specsModified: number;
    approvalsCreated: number;
    approvalsResolved: number;
  }[];
  totals: { specsCreated: number; specsModified: number; approvalsCreated: number; approvalsResolved: number };
}

export interface TaskVelocity extends Window {
  points: { date: string; completedTasks: number }[];
  totals: { completedTasks: number };
}

export interface ApprovalMetrics extends Window {
  countsByStatus: { pending: number; approved: number; rejected: number; needsRevision: number };
  resolvedCount: number;
  rejectionRate: number;
  avgResolutionMs: number | null;
  medianResolutionMs: number | null;
  dailyLatency: { date: string; count: number; avgResolutionMs: number | null }[];
}

export interface CodeMetrics extends Window {
  source: string;
  points: { date: string; linesAdded: number; linesDeleted: number; filesChanged: number }[];
  totals: { linesAdded: number; linesDeleted: number; filesChanged: number };
}

export interface CycleTime extends Window {
  taskCycle: { count: number; avgMs: number | null; medianMs: number | null; p90Ms: number | null };
  specCycle: { count: number; avgMs: number | null; medianMs: number | null };
}

export interface Burndown extends Window {
  points: { date: string; totalTasks: number; completedTasks: number; remainingTasks: number }[];
}
