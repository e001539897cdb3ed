import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { AgentPolicy } from '../api/types';
import { PolicyValue } from './PolicyValue';

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
              <PolicyValue rule={rule} value={value} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
