import { Code } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const kBytesPerMegabyte = 1 << 20;

// What a rule of the policy is set to, as people read it.
export function PolicyValue({ rule, value }: { rule: string; value: unknown }) {
  const { t, i18n } = useTranslation();
  if (value === true) return t('settings.yes');
  if (Array.isArray(value)) return <Code>{value.join(', ')}</Code>;
  if (rule !== 'maxFileBytes') return <Code>{String(value)}</Code>;
  const format = { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 } as const;
  return (Number(value) / kBytesPerMegabyte).toLocaleString(i18n.language, format);
}
