import { describe, expect, it } from 'vitest';

import type { Spec } from '../api/types';
import { kSpecOrders, sortSpecs } from './order';

function spec(name: string, createdAt: string, lastModified: string, completed?: number, total?: number): Spec {
  const phase = { exists: true };
  return {
    name,
    displayName: name,
    createdAt,
    lastModified,
    phases: { requirements: phase, design: phase, tasks: phase, implementation: phase },
    ...(total === undefined
      ? {}
      : { taskProgress: { total, completed: completed ?? 0, pending: total - (completed ?? 0) } }),
  };
}

const kSpecs = [
  spec('beta', '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', 1, 2),
  spec('Alpha', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', 9, 100),
  spec('gamma', '2026-01-02T00:00:00Z', '2026-04-01T00:00:00Z', 3, 3),
  spec('äther', '2025-12-31T23:59:59Z', '2026-02-01T00:00:00Z', 0, 0),
  spec('delta', '2026-01-04T00:00:00Z', '2026-01-04T00:00:00Z'),
];

const names = (specs: Spec[]) => specs.map(({ name }) => name);

describe('specs', () => {
  it.each([
    ['changed', ['gamma', 'beta', 'äther', 'delta', 'Alpha']],
    ['created', ['delta', 'Alpha', 'gamma', 'beta', 'äther']],
    ['name', ['Alpha', 'äther', 'beta', 'delta', 'gamma']],
    ['progress', ['gamma', 'beta', 'Alpha', 'äther', 'delta']],
  ] as const)('are ordered by %s', (order, expected) => {
    expect(names(sortSpecs(kSpecs, order))).toEqual(expected);
  });

  it('that are alike stay in their order', () => {
    const alike = ['x', 'y', 'z'].map((name) => ({
      ...spec('same', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 0, 0),
      name,
    }));
    for (const order of kSpecOrders) expect(names(sortSpecs(alike, order))).toEqual(['x', 'y', 'z']);
  });

  it('of a query cache are not touched', () => {
    const before = [...kSpecs];
    for (const order of kSpecOrders) sortSpecs(kSpecs, order);
    expect(kSpecs).toEqual(before);
  });
});
