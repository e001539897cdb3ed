import { Group, SegmentedControl, Select, SimpleGrid, TextInput } from '@mantine/core';
import { IconFileText, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { archivedSpecsQuery, specsQuery } from '../api/queries';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { kSpecOrders, type SpecOrder, sortSpecs } from '../specs/order';
import { SpecCard } from '../specs/SpecCard';

export default function Specs() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const [parameters, setParameters] = useSearchParams();
  const archived = parameters.get('shelf') === 'archived';
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<SpecOrder>('changed');
  const active = useQuery(specsQuery(projectId));
  const stored = useQuery(archivedSpecsQuery(projectId));

  return (
    <>
      <OfflineNotice />
      <PageHeader title={t('specs.title')} lead={project?.projectName} />
      <Group mb="md" gap="sm">
        <SegmentedControl
          value={archived ? 'archived' : 'active'}
          onChange={(shelf) => setParameters(shelf === 'archived' ? { shelf } : {})}
          data={[
            { value: 'active', label: `${t('specs.active')} ${active.data?.length ?? ''}` },
            { value: 'archived', label: `${t('specs.archived')} ${stored.data?.length ?? ''}` },
          ]}
        />
        <TextInput
          aria-label={t('specs.filter')}
          placeholder={t('specs.filter')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          style={{ flex: '1 1 180px' }}
        />
        <Select
          aria-label={t('specs.order.label')}
          data={kSpecOrders.map((value) => ({ value, label: t(`specs.order.${value}`) }))}
          value={order}
          onChange={(value) => setOrder(value as SpecOrder)}
          allowDeselect={false}
          w={170}
        />
      </Group>
      <QueryView query={archived ? stored : active}>
        {(list) => {
          const wanted = search.trim().toLowerCase();
          const shown = sortSpecs(
            list.filter((spec) => `${spec.name} ${spec.displayName}`.toLowerCase().includes(wanted)),
            order,
          );
          if (shown.length === 0) {
            return (
              <Empty icon={IconFileText} title={search ? t('specs.noMatch') : t('specs.none')}>
                {!search && !archived && t('specs.noneHint')}
              </Empty>
            );
          }
          return (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {shown.map((spec) => (
                <SpecCard key={spec.name} spec={spec} archived={archived} />
              ))}
            </SimpleGrid>
          );
        }}
      </QueryView>
    </>
  );
}
