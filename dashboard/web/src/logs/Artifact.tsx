import { Card, Group, Text } from '@mantine/core';

export function Artifact({ artifact }: { artifact: Record<string, unknown> }) {
  return (
    <Card withBorder p="xs">
      {Object.entries(artifact).map(([key, value]) => (
        <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
          <Text size="sm" c="dimmed" w={130} style={{ flexShrink: 0 }}>
            {key}
          </Text>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </Text>
        </Group>
      ))}
    </Card>
  );
}
