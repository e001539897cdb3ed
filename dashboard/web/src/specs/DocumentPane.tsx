import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { ApiError } from '../api/http';
import { documentPath, documentQuery } from '../api/queries';
import type { DocumentName } from '../api/types';
import { QueryView } from '../components/QueryView';
import { DocumentEditor } from '../editor/DocumentEditor';
import { documentPage } from '../pages/paths';

interface Props {
  projectId: string;
  spec: string;
  document: DocumentName;
  archived: boolean;
}

// One document of a spec, rendered and editable.
export function DocumentPane({ projectId, spec, document, archived }: Props) {
  const { t } = useTranslation();
  const query = useQuery(documentQuery(projectId, spec, document, archived));
  const path = documentPath(projectId, spec, document, archived);
  const target = {
    projectId,
    path,
    file: `${archived ? 'archive/' : ''}specs/${spec}/${document}.md`,
    page: documentPage(projectId, spec, document, archived),
    label: `${spec} · ${t(`documents.${document}`)}`,
    queryKey: documentQuery(projectId, spec, document, archived).queryKey,
  };
  const missing = query.error instanceof ApiError && query.error.status === 404;
  if (missing) return <DocumentEditor key={path} target={target} content="" etag={undefined} />;
  return (
    <QueryView query={query}>
      {({ value, etag }) => <DocumentEditor key={path} target={target} content={value.content} etag={etag} />}
    </QueryView>
  );
}
