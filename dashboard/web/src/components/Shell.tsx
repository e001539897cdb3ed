import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';

import { ActivityRecorder } from '../activity/ActivityRecorder';
import { Shelf } from '../delivery/Shelf';
import { LiveBadge } from '../live/LiveBadge';
import { Watcher } from '../notifications/Watcher';
import { CrashGuard } from './CrashGuard';
import { Logo } from './Logo';
import { Navigation } from './Navigation';
import { PageLoader } from './PageLoader';
import { Search } from './Search';
import { SearchButton } from './SearchButton';
import { ThemeButton } from './ThemeButton';

export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 260, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a href="#main" className="skip-link">
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
            <Logo />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            <LiveBadge />
            <Shelf />
            <ThemeButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <ScrollArea p="sm">
          <Navigation />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <CrashGuard page={pathname}>
          <Suspense fallback={<PageLoader />}>
            <Outlet />
          </Suspense>
        </CrashGuard>
      </AppShell.Main>
      <Search />
      <ActivityRecorder />
      <Watcher />
    </AppShell>
  );
}
