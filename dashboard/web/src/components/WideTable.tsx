import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  // In pixels; where there is less room the table scrolls, by keyboard as well.
  minWidth: number;
  children: ReactNode;
}

export function WideTable({ label, minWidth, children }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': label } }}
    >
      <Table>{children}</Table>
    </Table.ScrollContainer>
  );
}
