import { Group } from '@mantine/core';

import { type PendingApproval, useProjects } from '../projects/useProjects';
import { BatchButtons } from './BatchButtons';

interface Props {
  selected: PendingApproval[];
  onDone: () => void;
}

// What is done with the selected requests, by project. Nothing when nothing is selected.
export function BatchBar({ selected, onDone }: Props) {
  const projects = useProjects();
  if (selected.length === 0) return null;
  const idsIn = (projectId: string) =>
    selected.filter((entry) => entry.project.projectId === projectId).map(({ approval }) => approval.id);
  return (
    <Group gap="xs">
      {projects
        .filter(({ projectId }) => idsIn(projectId).length > 0)
        .map((project) => (
          <BatchButtons key={project.projectId} project={project} ids={idsIn(project.projectId)} onDone={onDone} />
        ))}
    </Group>
  );
}
