import { Code, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Task } from '../api/types';

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={600} c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div" style={{ whiteSpace: 'pre-wrap' }}>
        {children}
      </Text>
    </div>
  );
}

export function TaskDetails({ task }: { task: Task }) {
  const { t } = useTranslation();
  const structured = task.promptStructured ?? [];
  const empty =
    !task.files?.length && !task.requirements?.length && !task.leverage && !task.implementationDetails?.length &&
    !task.purposes?.length && !task.prompt;
  return (
    <Stack gap="xs" pt="sm">
      {empty && (
        <Text size="sm" c="dimmed">
          {t('tasks.noDetails')}
        </Text>
      )}
      {task.files?.length ? (
        <Field label={t('tasks.files')}>
          {task.files.map((file) => (
            <Code key={file} mr={4}>
              {file}
            </Code>
          ))}
        </Field>
      ) : null}
      {task.requirements?.length ? <Field label={t('tasks.requirements')}>{task.requirements.join(', ')}</Field> : null}
      {task.leverage ? <Field label={t('tasks.leverage')}>{task.leverage}</Field> : null}
      {task.purposes?.length ? <Field label={t('tasks.purposes')}>{task.purposes.join('\n')}</Field> : null}
      {task.implementationDetails?.length ? (
        <List size="sm">
          {task.implementationDetails.map((detail, i) => (
            <List.Item key={i}>{detail}</List.Item>
          ))}
        </List>
      ) : null}
      {structured.length > 0
        ? structured.map(({ key, value }) => (
            <Field key={key} label={key}>
              {value}
            </Field>
          ))
        : task.prompt && <Field label={t('tasks.prompt')}>{task.prompt}</Field>}
    </Stack>
  );
}
