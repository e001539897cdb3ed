import type { Spec } from '../api/types';

export const kSpecOrders = ['changed', 'created', 'name', 'progress'] as const;

export type SpecOrder = (typeof kSpecOrders)[number];

function progress({ taskProgress }: Spec): number {
  return taskProgress?.total ? taskProgress.completed / taskProgress.total : 0;
}

export function sortSpecs(specs: Spec[], order: SpecOrder): Spec[] {
  const compare: Record<SpecOrder, (a: Spec, b: Spec) => number> = {
    changed: (a, b) => b.lastModified.localeCompare(a.lastModified),
    created: (a, b) => b.createdAt.localeCompare(a.createdAt),
    name: (a, b) => a.displayName.localeCompare(b.displayName),
    progress: (a, b) => progress(b) - progress(a),
  };
  return [...specs].sort(compare[order]);
}
