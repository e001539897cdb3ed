import { useQueries, useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { approvalsQuery, projectsQuery } from '../api/queries';
import type { Approval, Project } from '../api/types';

export interface PendingApproval {
  project: Project;
  approval: Approval;
}

export function useProjects(): Project[] {
  return useQuery(projectsQuery).data ?? [];
}

// The project of the page's address, when the account has it.
export function useProject(): { projectId: string; project: Project | undefined } {
  const { project: projectId = '' } = useParams();
  const project = useProjects().find((candidate) => candidate.projectId === projectId);
  return { projectId, project };
}

// Of all projects, newest first.
export function useApprovals(status?: Approval['status']): PendingApproval[] {
  const projects = useProjects();
  const lists = useQueries({ queries: projects.map((project) => approvalsQuery(project.projectId)) });
  return projects
    .flatMap((project, i) => (lists[i]?.data ?? []).map((approval) => ({ project, approval })))
    .filter(({ approval }) => !status || approval.status === status)
    .sort((a, b) => b.approval.createdAt.localeCompare(a.approval.createdAt));
}
