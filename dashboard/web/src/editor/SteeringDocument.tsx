import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { projectPath } from '../api/http';
import { steeringQuery } from '../api/queries';
import type { SteeringName } from '../api/types';
import { QueryView } from '../components/QueryView';
import { DocumentEditor } from './DocumentEditor';
import { steeringPage } from '../pages/paths';

export function SteeringDocument({ projectId, name }: { projectId: string; name: SteeringName }) {
  const { t } = useTranslation();
  const options = steeringQuery(projectId, name);
  const query = useQuery(options);
  const target = {
    projectId,
    path: projectPath(projectId, 'steering', name),
    file: `steering/${name}.md`,
    page: steeringPage(projectId, name),
    label: `${t('steering.title')} · ${t(`steering.${name}`)}`,
    queryKey: options.queryKey,
  };
  return (
    <QueryView query={query}>
      {({ value, etag }) => <DocumentEditor target={target} content={value.content} etag={etag} />}
    </QueryView>
  );
}
