import { Code, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Task } from '../api/types';
import { TaskField } from './TaskField';

export function TaskDetails({ task }: { task: Task }) {
  const { t } = useTranslation();
  const structured = task.promptStructured ?? [];
  const empty =
    !task.files?.length &&
    !task.requirements?.length &&
    !task.leverage &&
    !task.implementationDetails?.length &&
    !task.purposes?.length &&
    !task.prompt;
  return (
    <Stack gap="xs" pt="sm">
      {empty && (
        <Text size="sm" c="dimmed">
          {t('tasks.noDetails')}
        </Text>
      )}
      {task.files?.length ? (
        <TaskField label={t('tasks.files')}>
          {task.files.map((file) => (
            <Code key={file} mr={4}>
              {file}
            </Code>
          ))}
        </TaskField>
      ) : null}
      {task.requirements?.length ? (
        <TaskField label={t('tasks.requirements')}>{task.requirements.join(', ')}</TaskField>
      ) : null}
      {task.leverage ? <TaskField label={t('tasks.leverage')}>{task.leverage}</TaskField> : null}
      {task.purposes?.length ? <TaskField label={t('tasks.purposes')}>{task.purposes.join('\n')}</TaskField> : null}
      {task.implementationDetails?.length ? (
        <List size="sm">
          {task.implementationDetails.map((detail, i) => (
            <List.Item key={i}>{detail}</List.Item>
          ))}
        </List>
      ) : null}
      {structured.length > 0
        ? structured.map(({ key, value }) => (
            <TaskField key={key} label={key}>
              {value}
            </TaskField>
          ))
        : task.prompt && <TaskField label={t('tasks.prompt')}>{task.prompt}</TaskField>}
    </Stack>
  );
}
