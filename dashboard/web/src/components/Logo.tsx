import { Group, Text } from '@mantine/core';

export function Logo({ size = 'sm' }: { size?: 'sm' | 'lg' }) {
  const pixels = size === 'lg' ? 40 : 26;
  return (
    <Group gap="xs" wrap="nowrap" justify={size === 'lg' ? 'center' : 'flex-start'}>
      <img src="/favicon.svg" width={pixels} height={pixels} alt="" />
      <Text fw={700} size={size === 'lg' ? 'xl' : 'md'} style={{ letterSpacing: '-0.01em' }}>
        SpecRelay
      </Text>
    </Group>
  );
}
