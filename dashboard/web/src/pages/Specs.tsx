import { ActionIcon, Badge, Card, Group, Menu, Progress, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconDots, IconFileText, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { projectPath } from '../api/http';
import { archivedSpecsQuery, specsQuery } from '../api/queries';
import type { Spec } from '../api/types';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { useDelivery } from '../delivery/DeliveryProvider';
import { OfflineNotice, useEditable } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { kSpecOrders, type SpecOrder, sortSpecs } from '../specs/order';

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
          const shown = sortSpecs(list.filter((spec) => `${spec.name} ${spec.displayName}`.toLowerCase().includes(wanted)), order);
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

function SpecCard({ spec, archived }: { spec: Spec; archived: boolean }) {
  const { t } = useTranslation();
  const { projectId } = useProject();
  const { send } = useDelivery();
  const editable = useEditable();
  const { total = 0, completed = 0 } = spec.taskProgress ?? {};
  const to = `/p/${encodeURIComponent(projectId)}/specs/${encodeURIComponent(spec.name)}${archived ? '?archived=1' : ''}`;
  const move = archived ? 'unarchive' : 'archive';

  return (
    <Card withBorder className="card">
      <Stack gap="sm" h="100%" justify="space-between">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={0} style={{ minWidth: 0 }}>
            <Text fw={600} component={Link} to={to} className="card-title" truncate>
              {spec.displayName}
            </Text>
            <Text c="dimmed" size="xs">
              <TimeAgo time={spec.lastModified} />
            </Text>
          </Stack>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('specs.actions', { name: spec.displayName })}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
                disabled={!editable}
                onClick={() =>
                  void send({
                    projectId,
                    label: t(`specs.${move}Label`, { name: spec.displayName }),
                    method: 'POST',
                    path: projectPath(projectId, 'specs', spec.name, move),
                    body: {},
                  })
                }
              >
                {t(`specs.${move}`)}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
        <Group gap={6}>
          {(['requirements', 'design', 'tasks'] as const).map((phase) => (
            <Badge key={phase} size="sm" variant={spec.phases[phase].exists ? 'light' : 'outline'} color={spec.phases[phase].exists ? 'indigo' : 'gray'} tt="none">
              {t(`documents.${phase}`)}
            </Badge>
          ))}
        </Group>
        {total > 0 && (
          <Stack gap={4}>
            <Progress value={(100 * completed) / total} color={completed === total ? 'teal' : 'indigo'} aria-label={t('specs.progress')} />
            <Text size="xs" c="dimmed">
              {t('specs.tasks', { completed, total })}
            </Text>
          </Stack>
        )}
      </Stack>
    </Card>
  );
}
