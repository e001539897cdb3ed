import { Alert, Card, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export function ChartCard({
  title,
  notes,
  children,
}: {
  title: string;
  notes?: string[] | undefined;
  children: ReactNode;
}) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
      {notes?.map((note) => (
        <Alert key={note} mt="sm" p="xs" color="gray" icon={<IconInfoCircle size={16} />}>
          <Text size="xs">{note}</Text>
        </Alert>
      ))}
    </Card>
  );
}
