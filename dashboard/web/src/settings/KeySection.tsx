import { Badge, Code, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { keysQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { WideTable } from '../components/WideTable';
import { useProjects } from '../projects/useProjects';
import { Section } from './Section';

// The keys of the account, for those who may make others on the server.
export function KeySection() {
  const { t } = useTranslation();
  const query = useQuery(keysQuery);
  const projects = useProjects();
  const nameOf = (id: string) => projects.find(({ projectId }) => projectId === id)?.projectName ?? id;
  return (
    <Section title={t('settings.keys')}>
      <QueryView query={query}>
        {(keys) => (
          <WideTable label={t('settings.keys')} minWidth={480}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('settings.keyName')}</Table.Th>
                <Table.Th>{t('settings.role')}</Table.Th>
                <Table.Th>{t('settings.keyProjects')}</Table.Th>
                <Table.Th>{t('settings.keyMade')}</Table.Th>
                <Table.Th>{t('settings.keyState')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {keys.map((key) => (
                <Table.Tr key={key.id}>
                  <Table.Td>{key.name}</Table.Td>
                  <Table.Td>{t(`settings.roles.${key.role}`)}</Table.Td>
                  <Table.Td>
                    {key.projectIds.length ? key.projectIds.map(nameOf).join(', ') : t('settings.allProjects')}
                  </Table.Td>
                  <Table.Td>{key.createdAt && <TimeAgo time={key.createdAt} />}</Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={key.active ? 'teal' : 'gray'} tt="none">
                      {t(`settings.keyStates.${key.active ? 'active' : key.revokedAt ? 'revoked' : 'expired'}`)}
                    </Badge>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </QueryView>
      <Text size="sm" c="dimmed">
        {t('settings.keysHint')} <Code>specrelay_ctl key</Code>
      </Text>
    </Section>
  );
}
