import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const kUnits: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const kRefreshMs = 30_000;

export function timeAgo(time: number, now: number, language: string): string {
  const seconds = Math.round((time - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, size] of kUnits) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, 'second');
}

export function TimeAgo({ time }: { time: string }) {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), kRefreshMs);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return null;
  return (
    <Tooltip label={date.toLocaleString(i18n.language)}>
      <time dateTime={time}>{timeAgo(date.getTime(), Math.max(now, date.getTime()), i18n.language)}</time>
    </Tooltip>
  );
}
