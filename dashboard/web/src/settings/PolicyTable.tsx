import { Code, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { AgentPolicy } from '../api/types';

export function PolicyTable({ policy }: { policy: AgentPolicy }) {
  const { t } = useTranslation();
  const rules = Object.entries(policy);
  if (rules.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('settings.noPolicy')}
      </Text>
    );
  }
  return (
    <Table>
      <Table.Tbody>
        {rules.map(([rule, value]: [string, unknown]) => (
          <Table.Tr key={rule}>
            <Table.Td>{t(`settings.rules.${rule}`, { defaultValue: rule })}</Table.Td>
            <Table.Td>
              {value === true ? (
                t('settings.yes')
              ) : (
                <Code>{Array.isArray(value) ? value.join(', ') : String(value)}</Code>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
