import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { infoQuery } from '../api/queries';
import type { SteeringName } from '../api/types';
import { PageHeader } from '../components/PageHeader';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { projectPage } from './paths';
import { SteeringDocument } from '../editor/SteeringDocument';

const kNames: SteeringName[] = ['product', 'tech', 'structure', 'principles'];

export default function Steering() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const navigate = useNavigate();
  const { name } = useParams();
  const info = useQuery(infoQuery(projectId));
  const shown = kNames.find((candidate) => candidate === name) ?? 'product';
  return (
    <>
      <OfflineNotice />
      <PageHeader title={t('steering.title')} lead={project?.projectName} />
      <Tabs value={shown} onChange={(value) => void navigate(projectPage(projectId, 'steering', value ?? ''))}>
        <Tabs.List mb="md">
          {kNames.map((candidate) => (
            <Tabs.Tab
              key={candidate}
              value={candidate}
              fs={info.data?.steering.documents[candidate] === false ? 'italic' : 'normal'}
            >
              {t(`steering.${candidate}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown}>
          <SteeringDocument key={shown} projectId={projectId} name={shown} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
