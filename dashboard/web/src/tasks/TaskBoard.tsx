import { Group, Progress, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconListCheck, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { tasksQuery } from '../api/queries';
import type { TaskStatus } from '../api/types';
import { Empty } from '../components/Empty';
import { QueryView } from '../components/QueryView';
import { BlockedDialog } from './BlockedDialog';
import { Kanban } from './Kanban';
import { kStatuses } from './progress';
import { TaskList } from './TaskList';
import { useTaskStatus } from './useTaskStatus';

interface Props {
  projectId: string;
  spec: string;
}

export default function TaskBoard({ projectId, spec }: Props) {
  const { t } = useTranslation();
  const query = useQuery(tasksQuery(projectId, spec));
  const [view, setView] = useState<'list' | 'board'>('list');
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState<TaskStatus | 'all'>('all');
  const [blocking, setBlocking] = useState<string | undefined>();
  const writer = useTaskStatus(projectId, spec);

  // Blocked says why.
  const change = (taskId: string, next: TaskStatus) => {
    if (next === 'blocked') setBlocking(taskId);
    else void writer.setStatus(taskId, next);
  };

  return (
    <QueryView query={query}>
      {(onDisk) => {
        const progress = writer.asWanted(onDisk);
        const wanted = search.trim().toLowerCase();
        const shown = progress.taskList.filter(
          (task) =>
            (view === 'board' || status === 'all' || task.status === status) &&
            `${task.id} ${task.description}`.toLowerCase().includes(wanted),
        );
        return (
          <Stack>
            <Group gap="sm">
              <SegmentedControl
                value={view}
                onChange={(value) => setView(value)}
                data={[
                  { value: 'list', label: t('tasks.list') },
                  { value: 'board', label: t('tasks.board') },
                ]}
              />
              <TextInput
                aria-label={t('tasks.filter')}
                placeholder={t('tasks.filter')}
                leftSection={<IconSearch size={16} aria-hidden />}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
                style={{ flex: '1 1 160px' }}
              />
              {view === 'list' && (
                <Select
                  aria-label={t('tasks.statusFilter')}
                  w={150}
                  value={status}
                  onChange={(value) => value && setStatus(value)}
                  data={(['all', ...kStatuses] as const).map((value) => ({ value, label: t(`tasks.status.${value}`) }))}
                  allowDeselect={false}
                />
              )}
            </Group>
            <Group gap="sm" wrap="nowrap">
              <Progress
                value={progress.progress}
                style={{ flex: 1 }}
                aria-label={t('specs.progress')}
                color={progress.progress === 100 ? 'teal' : 'indigo'}
              />
              <Text size="sm" c="dimmed">
                {t('specs.tasks', { completed: progress.completed, total: progress.total })}
              </Text>
            </Group>
            {shown.length === 0 && (
              <Empty icon={IconListCheck} title={progress.total ? t('tasks.noMatch') : t('tasks.none')} />
            )}
            {view === 'list' ? (
              <TaskList spec={spec} tasks={shown} stateOf={writer.stateOf} onChange={change} />
            ) : (
              <Kanban tasks={shown} stateOf={writer.stateOf} onChange={change} />
            )}
            <BlockedDialog
              taskId={blocking}
              onClose={() => setBlocking(undefined)}
              onBlock={(taskId, reason) => void writer.setStatus(taskId, 'blocked', reason)}
            />
          </Stack>
        );
      }}
    </QueryView>
  );
}
