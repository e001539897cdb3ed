import { Code, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { projectPath } from '../api/http';
import { agentDetailsQuery, autoApproveQuery } from '../api/queries';
import type { Project } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import { PolicyTable } from './PolicyTable';
import { Section } from './Section';

// What is decided without a person in a project, and what its agent lets people do from here.
export function ProjectSection({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { send } = useDelivery();
  const agent = useQuery(agentDetailsQuery(project.projectId)).data;
  const options = autoApproveQuery(project.projectId);
  const automatic = useQuery(options);

  async function automate(enabled: boolean) {
    await send({
      projectId: project.projectId,
      label: t('settings.autoApprove'),
      method: 'PUT',
      path: projectPath(project.projectId, 'approvals', 'auto-approve'),
      body: { enabled },
    });
    await client.invalidateQueries({ queryKey: options.queryKey });
  }

  return (
    <Section title={t('settings.project', { name: project.projectName })}>
      {automatic.data ? (
        <Switch
          label={t('settings.autoApprove')}
          description={t('settings.autoApproveHint')}
          checked={automatic.data.enabled}
          onChange={(event) => void automate(event.currentTarget.checked)}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {automatic.error ? automatic.error.message : t('common.loading')}
        </Text>
      )}
      {agent && (
        <div>
          <Text size="sm" fw={600}>
            {t('settings.policy', { host: agent.machine?.hostName ?? '' })}
          </Text>
          <PolicyTable policy={agent.policy ?? {}} />
          <Text size="xs" c="dimmed" mt="xs">
            {t('settings.policyHint')} <Code>agent.json</Code>
          </Text>
        </div>
      )}
    </Section>
  );
}
