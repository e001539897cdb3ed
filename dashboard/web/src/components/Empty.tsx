import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

interface Props {
  icon: ComponentType<{ size: number }>;
  title: string;
  // It stands for the whole page.
  page?: boolean;
  children?: ReactNode;
}

export function Empty({ icon: Icon, title, page = false, children }: Props) {
  return (
    <Center py={64}>
      <Stack align="center" gap="sm" maw={480} ta="center">
        <ThemeIcon size={56} radius="xl" variant="light" color="gray">
          <Icon size={28} />
        </ThemeIcon>
        <Text fw={600} size="lg" component={page ? 'h1' : 'p'} m={0}>
          {title}
        </Text>
        {children && (
          <Text c="dimmed" size="sm" component="div">
            {children}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
