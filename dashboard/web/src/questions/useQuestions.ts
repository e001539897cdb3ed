import { useQueries } from '@tanstack/react-query';

import { questionsQuery } from '../api/queries';
import type { Project, Question } from '../api/types';
import { useProjects } from '../projects/useProjects';

export interface AskedQuestion {
  project: Project;
  question: Question;
}

// Of all projects, newest first. An agent that does not know questions has none.
export function useQuestions(status?: Question['status']): AskedQuestion[] {
  const projects = useProjects();
  const lists = useQueries({ queries: projects.map((project) => questionsQuery(project.projectId)) });
  return projects
    .flatMap((project, i) => (lists[i]?.data ?? []).map((question) => ({ project, question })))
    .filter(({ question }) => !status || question.status === status)
    .sort((a, b) => b.question.askedAt.localeCompare(a.question.askedAt));
}
