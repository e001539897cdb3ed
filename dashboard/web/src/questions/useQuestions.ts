import { useQueries } from '@tanstack/react-query';

import { questionsQuery } from '../api/queries';
import type { Project, Question } from '../api/types';
import { useProjects } from '../projects/useProjects';

export interface AskedQuestion {
  project: Project;
  question: Question;
}

// What coding agents of all projects wait for an answer to, newest first. An agent that does not know questions has none.
export function useOpenQuestions(): AskedQuestion[] {
  const projects = useProjects();
  const lists = useQueries({ queries: projects.map((project) => questionsQuery(project.projectId)) });
  return projects
    .flatMap((project, i) => (lists[i]?.data ?? []).map((question) => ({ project, question })))
    .filter(({ question }) => question.status === 'pending')
    .sort((a, b) => b.question.askedAt.localeCompare(a.question.askedAt));
}
