import { Badge, Button, Group, Tabs } from '@mantine/core';
import { IconShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { archivedSpecsQuery, specDocumentsQuery, specsQuery } from '../api/queries';
import type { DocumentName } from '../api/types';
import { PageHeader } from '../components/PageHeader';
import { PageLoader } from '../components/PageLoader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { DocumentPane } from '../specs/DocumentPane';
import { copyShareLink } from '../specs/share';

const TaskBoard = lazy(() => import('../tasks/TaskBoard'));

const kTabs = ['tasks', 'requirements', 'design', 'source'] as const;
type Tab = (typeof kTabs)[number];

function isTab(text: string | undefined): text is Tab {
  return kTabs.some((tab) => tab === text);
}

export default function Spec() {
  const { t } = useTranslation();
  const { projectId } = useProject();
  const { spec: name = '', tab } = useParams();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const archived = parameters.get('archived') === '1';
  const list = useQuery(archived ? archivedSpecsQuery(projectId) : specsQuery(projectId));
  const documents = useQuery(specDocumentsQuery(projectId, name, archived));
  const spec = list.data?.find((candidate) => candidate.name === name);
  const shown: Tab = isTab(tab) ? tab : archived ? 'requirements' : 'tasks';

  const base = `/p/${encodeURIComponent(projectId)}/specs/${encodeURIComponent(name)}`;
  const pane = (document: DocumentName) => (
    <DocumentPane projectId={projectId} spec={name} document={document} archived={archived} />
  );
  return (
    <>
      <OfflineNotice />
      <PageHeader
        title={spec?.displayName ?? name}
        lead={
          spec && (
            <Group gap="xs" component="span">
              {archived && <Badge color="gray">{t('specs.archived')}</Badge>}
              <span>
                {t('specs.changed')} <TimeAgo time={spec.lastModified} />
              </span>
            </Group>
          )
        }
        actions={
          documents.data && (
            <Button
              variant="default"
              leftSection={<IconShare size={16} />}
              onClick={() => void copyShareLink(spec?.displayName ?? name, documents.data)}
            >
              {t('share.button')}
            </Button>
          )
        }
      />
      <Tabs
        value={shown}
        onChange={(value) => void navigate(`${base}/${value ?? ''}${archived ? '?archived=1' : ''}`)}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {kTabs
            .filter((value) => !(archived && value === 'tasks'))
            .map((value) => (
              <Tabs.Tab key={value} value={value}>
                {t(`documents.${value}`)}
              </Tabs.Tab>
            ))}
        </Tabs.List>
        <QueryView query={documents}>
          {() => (
            <>
              <Tabs.Panel value="tasks">
                <Suspense fallback={<PageLoader />}>
                  <TaskBoard projectId={projectId} spec={name} />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="requirements">{pane('requirements')}</Tabs.Panel>
              <Tabs.Panel value="design">{pane('design')}</Tabs.Panel>
              <Tabs.Panel value="source">{pane('tasks')}</Tabs.Panel>
            </>
          )}
        </QueryView>
      </Tabs>
    </>
  );
}
