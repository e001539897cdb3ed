import { Badge, Card, Group, Progress, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { projectsQuery, specsQuery } from '../api/queries';
import type { Approval, Project, Spec } from '../api/types';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { AgentBadge } from '../projects/AgentBadge';
import { ConnectGuide } from '../projects/ConnectGuide';
import { useApprovals } from '../projects/useProjects';

const kRecent = 8;
const kSearchFrom = 4;

export default function Home() {
  const projects = useQuery(projectsQuery);
  return <QueryView query={projects}>{(list) => (list.length === 0 ? <ConnectGuide /> : <Overview projects={list} />)}</QueryView>;
}

function Overview({ projects }: { projects: Project[] }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const specs = useQueries({ queries: projects.map(({ projectId }) => specsQuery(projectId)) });
  const pending = useApprovals('pending');
  const wanted = search.trim().toLowerCase();
  const shown = projects
    .map((project, i) => ({ project, specs: specs[i]?.data ?? [] }))
    .filter(({ project }) => `${project.projectName} ${project.projectPath}`.toLowerCase().includes(wanted));
  const recent = shown
    .flatMap((entry) => entry.specs.map((spec) => ({ ...entry, spec })))
    .sort((a, b) => b.spec.lastModified.localeCompare(a.spec.lastModified))
    .slice(0, kRecent);

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
      {recent.length > 0 && (
        <Stack mt="xl" gap="xs">
          <Title order={2} size="h4">
            {t('home.recent')}
          </Title>
          <Card withBorder p={0}>
            {recent.map(({ project, spec }) => (
              <Group
                key={`${project.projectId}/${spec.name}`}
                component={Link}
                {...{ to: `/p/${encodeURIComponent(project.projectId)}/specs/${encodeURIComponent(spec.name)}` }}
                className="row-link"
                justify="space-between"
                px="md"
                py="xs"
                wrap="nowrap"
              >
                <Text truncate>
                  {spec.displayName}{' '}
                  <Text span c="dimmed" size="sm">
                    {project.projectName}
                  </Text>
                </Text>
                <Text c="dimmed" size="sm" style={{ whiteSpace: 'nowrap' }}>
                  <TimeAgo time={spec.lastModified} />
                </Text>
              </Group>
            ))}
          </Card>
        </Stack>
      )}
    </>
  );
}

function ProjectCard({ project, specs, pending }: { project: Project; specs: Spec[]; pending: Approval[] }) {
  const { t } = useTranslation();
  const total = specs.reduce((sum, spec) => sum + (spec.taskProgress?.total ?? 0), 0);
  const completed = specs.reduce((sum, spec) => sum + (spec.taskProgress?.completed ?? 0), 0);
  return (
    <Card withBorder component={Link} to={`/p/${encodeURIComponent(project.projectId)}/specs`} className="card-link">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600} size="lg" truncate>
            {project.projectName}
          </Text>
          <AgentBadge project={project} />
        </Group>
        <Text c="dimmed" size="xs" ff="monospace" truncate>
          {project.projectPath}
        </Text>
        <Progress value={total ? (100 * completed) / total : 0} aria-label={t('specs.progress')} size="sm" />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t('home.counts', { specs: specs.length, completed, total })}
          </Text>
          {pending.length > 0 && <Badge color="orange" variant="light" tt="none">{t('home.pending', { count: pending.length })}</Badge>}
        </Group>
      </Stack>
    </Card>
  );
}
