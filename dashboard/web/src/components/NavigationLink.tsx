import { Badge, NavLink } from '@mantine/core';
import type { ComponentType } from 'react';
import { NavLink as RouterLink } from 'react-router';

interface Props {
  to: string;
  label: string;
  icon: ComponentType<{ size: number }>;
  count?: number;
  end?: boolean;
}

export function NavigationLink({ to, label, icon: Icon, count = 0, end = false }: Props) {
  return (
    <NavLink
      component={RouterLink}
      to={to}
      end={end}
      label={label}
      leftSection={<Icon size={18} aria-hidden />}
      rightSection={count > 0 ? <Badge size="sm">{count}</Badge> : null}
      className="nav-link"
    />
  );
}
