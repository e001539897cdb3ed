import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { specsQuery } from '../api/queries';
import { useApprovals, useProjects } from '../projects/useProjects';

// Ctrl+K: projects, specs and approvals by name.
export function Search() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const projects = useProjects();
  const specs = useQueries({ queries: projects.map(({ projectId }) => specsQuery(projectId)) });
  const pending = useApprovals('pending');
  const go = (path: string) => () => void navigate(path);

  const actions = [
    {
      group: t('search.projects'),
      actions: projects.map((project) => ({
        id: project.projectId,
        label: project.projectName,
        description: project.projectPath,
        onClick: go(`/p/${encodeURIComponent(project.projectId)}/specs`),
      })),
    },
    {
      group: t('specs.title'),
      actions: projects.flatMap((project, i) =>
        (specs[i]?.data ?? []).map((spec) => ({
          id: `${project.projectId}/${spec.name}`,
          label: spec.displayName,
          description: project.projectName,
          onClick: go(`/p/${encodeURIComponent(project.projectId)}/specs/${encodeURIComponent(spec.name)}`),
        })),
      ),
    },
    {
      group: t('approvals.title'),
      actions: pending.map(({ project, approval }) => ({
        id: approval.id,
        label: approval.title,
        description: `${project.projectName} · ${approval.filePath}`,
        onClick: go(`/p/${encodeURIComponent(project.projectId)}/approvals/${encodeURIComponent(approval.id)}`),
      })),
    },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      limit={12}
      highlightQuery
      nothingFound={t('search.nothing')}
      searchProps={{ placeholder: t('search.placeholder'), leftSection: <IconSearch size={18} aria-hidden /> }}
    />
  );
}
