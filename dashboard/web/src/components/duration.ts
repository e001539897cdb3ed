const kUnits: [string, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
];

// A length of time in its largest fitting unit, as "2.5 hr"; a dash for none.
export function duration(milliseconds: number | null | undefined, language: string): string {
  if (milliseconds === null || milliseconds === undefined) return '–';
  const [unit, size] = kUnits.find(([, least]) => milliseconds >= least) ?? ['millisecond', 1];
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  });
  return format.format(milliseconds / size);
}
