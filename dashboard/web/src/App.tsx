import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient } from '@tanstack/react-query';
import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes } from 'react-router';

import { ApiError } from './api/http';
import { PageLoader } from './components/PageLoader';
import { persister } from './offline';
import { SignedIn } from './pages/SignedIn';
import { SignIn } from './pages/SignIn';
import { themeWith } from './theme';

const kMaxTries = 2;
const kKeepMs = 7 * 24 * 60 * 60 * 1000;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say when something is stale; see live/affected.ts.
      staleTime: 60_000,
      gcTime: kKeepMs,
      // Reading from this machine's server may work although the browser thinks that it is offline.
      networkMode: 'always',
      retry: (failures, error) => failures < kMaxTries && error instanceof ApiError && error.transient && !error.offline,
    },
  },
});

const Home = lazy(() => import('./pages/Home'));
const Specs = lazy(() => import('./pages/Specs'));
const Spec = lazy(() => import('./pages/Spec'));
const Steering = lazy(() => import('./pages/Steering'));
const Inbox = lazy(() => import('./pages/Inbox'));
const Approval = lazy(() => import('./pages/Approval'));
const Logs = lazy(() => import('./pages/Logs'));
const Jobs = lazy(() => import('./pages/Jobs'));
const Job = lazy(() => import('./pages/Job'));
const Statistics = lazy(() => import('./pages/Statistics'));
const SettingsPage = lazy(() => import('./pages/Settings'));
const Shared = lazy(() => import('./pages/Shared'));
const NotFound = lazy(() => import('./pages/NotFound'));

export function App() {
  const { t } = useTranslation();
  const close = t('common.close');
  const theme = useMemo(() => themeWith(close), [close]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <PersistQueryClientProvider client={client} persistOptions={{ persister, maxAge: kKeepMs }}>
        <Notifications position="top-right" />
        <BrowserRouter>
          <Suspense fallback={<PageLoader />}>
            <Routes>
              <Route path="/sign-in" element={<SignIn />} />
              <Route path="/share" element={<Shared />} />
              <Route element={<SignedIn />}>
                <Route index element={<Home />} />
                <Route path="approvals" element={<Inbox />} />
                <Route path="settings" element={<SettingsPage />} />
                <Route path="p/:project">
                  <Route index element={<Specs />} />
                  <Route path="specs" element={<Specs />} />
                  <Route path="specs/:spec" element={<Spec />} />
                  <Route path="specs/:spec/:tab" element={<Spec />} />
                  <Route path="steering" element={<Steering />} />
                  <Route path="steering/:name" element={<Steering />} />
                  <Route path="approvals/:approval" element={<Approval />} />
                  <Route path="logs" element={<Logs />} />
                  <Route path="jobs" element={<Jobs />} />
                  <Route path="jobs/:job" element={<Job />} />
                  <Route path="statistics" element={<Statistics />} />
                </Route>
                <Route path="*" element={<NotFound />} />
              </Route>
            </Routes>
          </Suspense>
        </BrowserRouter>
      </PersistQueryClientProvider>
    </MantineProvider>
  );
}
