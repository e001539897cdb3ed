import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '../api/http';

interface Props<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

// What a query gave, or why there is nothing. Data that is old is shown all the same.
export function QueryView<T>({ query, children }: Props<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) {
    return (
      <Stack role="status" aria-busy="true" aria-label={t('common.loading')}>
        <Skeleton h={28} w="40%" />
        <Skeleton h={90} />
        <Skeleton h={90} />
      </Stack>
    );
  }
  const offline = query.error instanceof ApiError && query.error.offline;
  return (
    <Alert color={offline ? 'yellow' : 'red'} title={offline ? t('offline.title') : t('common.failed')}>
      <Stack align="flex-start" gap="sm">
        {query.error?.message}
        <Button size="xs" variant="light" onClick={() => void query.refetch()}>
          {t('common.retry')}
        </Button>
      </Stack>
    </Alert>
  );
}
