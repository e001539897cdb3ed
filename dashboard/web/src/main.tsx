import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './styles.css';

import { createRoot } from 'react-dom/client';

import { App } from './App';
import { beginFirstView } from './firstView';
import { setUpTexts } from './i18n';
import { readSettings } from './settings/settings';

async function start(): Promise<void> {
  await setUpTexts(readSettings().language);
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
}

beginFirstView(window.location.pathname);
void start();
