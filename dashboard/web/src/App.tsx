import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes } from 'react-router';

import { PageLoader } from './components/PageLoader';
import { persister } from './offline';
import * as pages from './pages/pages';
import { SignedIn } from './pages/SignedIn';
import { SignIn } from './pages/SignIn';
import { kKeepMs, queryClient } from './queryClient';
import { themeWith } from './theme';

export function App() {
  const { t } = useTranslation();
  const close = t('common.close');
  const theme = useMemo(() => themeWith(close), [close]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <PersistQueryClientProvider client={queryClient} persistOptions={{ persister, maxAge: kKeepMs }}>
        <Notifications position="top-right" />
        <BrowserRouter>
          <Suspense fallback={<PageLoader />}>
            <Routes>
              <Route path="/sign-in" element={<SignIn />} />
              <Route path="/share" element={<pages.Shared />} />
              <Route element={<SignedIn />}>
                <Route index element={<pages.Home />} />
                <Route path="approvals" element={<pages.Inbox />} />
                <Route path="settings" element={<pages.Settings />} />
                <Route path="p/:project">
                  <Route index element={<pages.Specs />} />
                  <Route path="specs" element={<pages.Specs />} />
                  <Route path="specs/:spec" element={<pages.Spec />} />
                  <Route path="specs/:spec/:tab" element={<pages.Spec />} />
                  <Route path="steering" element={<pages.Steering />} />
                  <Route path="steering/:name" element={<pages.Steering />} />
                  <Route path="approvals/:approval" element={<pages.Approval />} />
                  <Route path="questions/:question" element={<pages.Question />} />
                  <Route path="logs" element={<pages.Logs />} />
                  <Route path="jobs" element={<pages.Jobs />} />
                  <Route path="jobs/:job" element={<pages.Job />} />
                  <Route path="statistics" element={<pages.Statistics />} />
                </Route>
                <Route path="*" element={<pages.NotFound />} />
              </Route>
            </Routes>
          </Suspense>
        </BrowserRouter>
      </PersistQueryClientProvider>
    </MantineProvider>
  );
}
