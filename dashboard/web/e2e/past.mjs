// A month of work on the sample project, so that pictures of it show some.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const kDayMs = 24 * 60 * 60 * 1000;
const kHourMs = 60 * 60 * 1000;

function put(cluster, file, text) {
  mkdirSync(dirname(cluster.path(file)), { recursive: true });
  writeFileSync(cluster.path(file), text);
}

// The tasks of one spec, some done on each of a few days.
function taskEvents(now, specName, total, doneOnDay) {
  let completed = 0;
  const lines = doneOnDay.flatMap(([days, count]) =>
    Array.from({ length: count }, (_, i) => {
      const at = now - days * kDayMs + i * kHourMs;
      const taskId = `${++completed}`;
      const event = (time, previousStatus, nextStatus, done) => ({
        timestamp: new Date(time).toISOString(),
        specName,
        taskId,
        previousStatus,
        nextStatus,
        summaryAfter: { total, completed: done, pending: total - done },
      });
      const begun = at - (2 + completed) * kHourMs;
      return [event(begun, 'pending', 'in-progress', completed - 1), event(at, 'in-progress', 'completed', completed)];
    }).flat(),
  );
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function approval(now, index, days, hours, status) {
  return {
    id: `approval_past_${index}`,
    title: `Review of week ${index}`,
    filePath: '.spec-context/specs/trip-calendar/design.md',
    type: 'document',
    status,
    createdAt: new Date(now - days * kDayMs).toISOString(),
    respondedAt: new Date(now - days * kDayMs + hours * kHourMs).toISOString(),
    category: 'spec',
    categoryName: 'trip-calendar',
  };
}

export async function fillPast(cluster) {
  const now = Date.now();
  const trips = [
    [28, 1],
    [19, 1],
    [12, 1],
    [5, 1],
  ];
  const members = [
    [26, 1],
    [22, 2],
    [15, 3],
    [8, 2],
    [6, 3],
    [2, 2],
  ];
  const events = taskEvents(now, 'trip-calendar', 10, trips) + taskEvents(now, 'member-area', 18, members);
  put(cluster, 'analytics/task-events.jsonl', events);
  const decided = [
    [25, 9, 'approved'],
    [18, 5, 'rejected'],
    [13, 7, 'approved'],
    [9, 3, 'approved'],
    [4, 2, 'approved'],
  ];
  decided.forEach(([days, hours, status], i) => {
    const past = approval(now, i + 1, days, hours, status);
    put(cluster, `approvals/trip-calendar/${past.id}.json`, JSON.stringify(past, undefined, 2));
  });
  const logged = [
    ['1.1', 'Tables for trips, sign-ups and places', 148, 6, ['src/db/schema.sql', 'src/db/migrate.ts']],
    ['1.2', 'Positions are given out in one transaction', 96, 31, ['src/trips/signUp.ts']],
    ['2.1', 'Calendar of the next 90 days', 212, 18, ['src/pages/calendar.tsx', 'src/pages/calendar.css']],
  ];
  for (const [taskId, summary, linesAdded, linesRemoved, files] of logged) {
    const statistics = { linesAdded, linesRemoved, filesChanged: files.length };
    const artifacts = {
      functions: [{ name: 'signUp', purpose: 'Takes a place, or one on the waiting list', location: files[0] }],
    };
    const entry = { taskId, summary, filesModified: files, statistics, artifacts };
    await cluster.execute({ implLogAdd: { specName: 'trip-calendar', entry } });
  }
}
