import { useTranslation } from 'react-i18next';

// Axes of a chart by days: short dates, whole numbers.
export function useAxes() {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return {
    xAxisProps: { tickFormatter: (date: string) => format.format(new Date(date)), minTickGap: 24 },
    yAxisProps: { allowDecimals: false },
  };
}
