// The addresses of pages.
import type { DocumentName, SteeringName } from '../api/types';

export function projectPage(projectId: string, ...segments: string[]): string {
  return ['/p', ...[projectId, ...segments].map(encodeURIComponent)].join('/');
}

// A document of a spec where it is read and edited.
export function documentPage(projectId: string, spec: string, document: DocumentName, archived = false): string {
  const tab = document === 'tasks' ? 'source' : document;
  return projectPage(projectId, 'specs', spec, tab) + (archived ? '?archived=1' : '');
}

export function specPage(projectId: string, spec: string, archived = false): string {
  return projectPage(projectId, 'specs', spec) + (archived ? '?archived=1' : '');
}

export function steeringPage(projectId: string, name: SteeringName): string {
  return projectPage(projectId, 'steering', name);
}
