import { SimpleGrid, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { RecentChanges } from '../activity/RecentChanges';
import { specsQuery } from '../api/queries';
import type { Project } from '../api/types';
import { PageHeader } from '../components/PageHeader';
import { ProjectCard } from './ProjectCard';
import { useApprovals } from './useProjects';

// From so many on one has to look for them.
const kSearchFrom = 4;

export function Overview({ projects }: { projects: Project[] }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const specs = useQueries({ queries: projects.map(({ projectId }) => specsQuery(projectId)) });
  const pending = useApprovals('pending');
  const wanted = search.trim().toLowerCase();
  const shown = projects
    .map((project, i) => ({ project, specs: specs[i]?.data ?? [] }))
    .filter(({ project }) => `${project.projectName} ${project.projectPath}`.toLowerCase().includes(wanted));

  return (
    <>
      <PageHeader
        title={t('home.title')}
        lead={t('home.lead', { count: projects.length })}
        actions={
          projects.length >= kSearchFrom && (
            <TextInput
              aria-label={t('home.search')}
              placeholder={t('home.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          )
        }
      />
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {shown.map(({ project, specs: list }) => (
          <ProjectCard
            key={project.projectId}
            project={project}
            specs={list}
            pending={pending.filter((one) => one.project === project).map((one) => one.approval)}
          />
        ))}
      </SimpleGrid>
      <RecentChanges projects={shown} />
    </>
  );
}
