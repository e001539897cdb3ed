import type { Project, Spec } from '../api/types';
import type { Change } from './feed';
import { type Place, placeOf } from './place';

export interface RecentRow {
  project: Project;
  change: Change;
  place: Place;
  // Known from the file's date alone: nobody was there to hear who did it.
  unseen: boolean;
}

const kMaxRows = 10;

// What events told, and for documents that no event told of, what their dates tell. Newest first. Pure.
export function recentRows(changes: Change[], projects: { project: Project; specs: Spec[] }[]): RecentRow[] {
  return projects
    .flatMap(({ project, specs }) => {
      const heard = changes.filter(({ projectId }) => projectId === project.projectId);
      const paths = new Set(heard.map(({ path }) => path));
      const dated = specs.flatMap((spec) => datesOf(project.projectId, spec)).filter(({ path }) => !paths.has(path));
      return [
        ...heard.map((change) => rowOf(project, change, false)),
        ...dated.map((change) => rowOf(project, change, true)),
      ];
    })
    .filter((row): row is RecentRow => row !== undefined)
    .sort((a, b) => b.change.at - a.change.at)
    .slice(0, kMaxRows);
}

function rowOf(project: Project, change: Change, unseen: boolean): RecentRow | undefined {
  const place = placeOf(project.projectId, change.path);
  return place && !change.deleted ? { project, change, place, unseen } : undefined;
}

function datesOf(projectId: string, spec: Spec): Change[] {
  return (['requirements', 'design', 'tasks'] as const).flatMap((document) => {
    const at = Date.parse(spec.phases[document].lastModified ?? '');
    return Number.isNaN(at) ? [] : [{ projectId, path: `specs/${spec.name}/${document}.md`, at, deleted: false }];
  });
}
