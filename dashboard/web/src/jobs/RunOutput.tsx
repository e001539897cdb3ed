import { Alert, Badge, Card, Code, Group, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { JobRun } from './useJobRun';

const kRunColors = { idle: 'gray', running: 'indigo', succeeded: 'teal', failed: 'red', cancelled: 'orange' };

// The run that the user has begun, as it goes on.
export function RunOutput({ run }: { run: JobRun }) {
  const { t } = useTranslation();
  if (run.state === 'idle') return null;
  return (
    <Card withBorder component="section" aria-label={t('jobs.output')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('jobs.output')}
        </Title>
        <Badge color={kRunColors[run.state]} role="status" tt="none">
          {t(`jobs.states.${run.state}`)}
        </Badge>
      </Group>
      <Code block mah={360} style={{ overflow: 'auto' }} tabIndex={0} aria-live="polite">
        {run.output || t('jobs.noOutput')}
      </Code>
      {run.error && (
        <Alert color="red" mt="sm" role="alert">
          {run.error}
        </Alert>
      )}
    </Card>
  );
}
