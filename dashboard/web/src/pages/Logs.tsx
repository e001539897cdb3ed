import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconNotes, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { logQuery, specsQuery, tasksQuery } from '../api/queries';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { sortSpecs } from '../specs/order';
import { TaskFigures } from '../logs/TaskFigures';
import { LogEntries } from '../logs/LogEntries';

const kSearchDelayMs = 250;

export default function Logs() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const [parameters, setParameters] = useSearchParams();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), kSearchDelayMs);
  const specs = useQuery(specsQuery(projectId));
  const spec = parameters.get('spec') ?? sortSpecs(specs.data ?? [], 'changed')[0]?.name ?? '';
  const task = parameters.get('task') ?? '';
  const tasks = useQuery({ ...tasksQuery(projectId, spec), enabled: spec !== '' });
  const log = useQuery({ ...logQuery(projectId, spec, wanted, task), enabled: spec !== '' });

  return (
    <>
      <OfflineNotice />
      <PageHeader title={t('logs.title')} lead={project?.projectName} />
      <Group mb="md" gap="sm">
        <Select
          aria-label={t('logs.spec')}
          data={(specs.data ?? []).map(({ name, displayName }) => ({ value: name, label: displayName }))}
          value={spec || null}
          onChange={(value) => value && setParameters({ spec: value })}
          allowDeselect={false}
          searchable
        />
        <Select
          aria-label={t('logs.task')}
          placeholder={t('logs.allTasks')}
          data={(tasks.data?.taskList ?? []).map(({ id, description }) => ({
            value: id,
            label: `${id} ${description}`,
          }))}
          value={task || null}
          onChange={(value) => setParameters({ spec, ...(value ? { task: value } : {}) })}
          clearable
          searchable
        />
        <TextInput
          aria-label={t('logs.search')}
          placeholder={t('logs.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          style={{ flex: '1 1 180px' }}
        />
      </Group>
      {task && <TaskFigures projectId={projectId} spec={spec} task={task} />}
      {spec ? (
        <QueryView query={log}>
          {({ entries }) => <LogEntries entries={entries} searching={wanted !== '' || task !== ''} />}
        </QueryView>
      ) : (
        <Empty icon={IconNotes} title={t('specs.none')} />
      )}
    </>
  );
}
