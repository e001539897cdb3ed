// Cron schedules of five fields, in words and in times. The agent decides; this only helps who writes one.
import { CronExpressionParser } from 'cron-parser';
import cronstrue from 'cronstrue';

export const kPresets = ['0 2 * * *', '0 * * * *', '*/15 * * * *', '0 9 * * 1-5', '0 3 * * 0', '0 4 1 * *'];

// Nothing when the expression is none.
export function describeSchedule(expression: string): string | undefined {
  try {
    CronExpressionParser.parse(expression);
    return hasFiveFields(expression) ? cronstrue.toString(expression) : undefined;
  } catch {
    return undefined;
  }
}

export function nextRuns(expression: string, count: number): Date[] {
  if (!hasFiveFields(expression)) return [];
  try {
    return CronExpressionParser.parse(expression).take(count).map((date) => date.toDate());
  } catch {
    return [];
  }
}

// The parser takes nicknames, seconds and even nothing as well.
function hasFiveFields(expression: string): boolean {
  return expression.trim().split(/\s+/).length === 5;
}
