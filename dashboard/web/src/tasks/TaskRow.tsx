import { ActionIcon, Badge, Card, Collapse, CopyButton, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconChevronDown, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Task, TaskStatus } from '../api/types';
import type { WriteState } from '../delivery/write';
import { useEditable } from '../projects/OfflineNotice';
import { kStatusColors, kStatuses, promptOf } from './progress';
import { StateMark } from './StateMark';
import { TaskDetails } from './TaskDetails';

interface Props {
  spec: string;
  task: Task;
  state: WriteState | undefined;
  onChange: (taskId: string, status: TaskStatus) => void;
}

export function TaskRow({ spec, task, state, onChange }: Props) {
  const { t } = useTranslation();
  const editable = useEditable();
  const [open, setOpen] = useState(false);
  const depth = task.id.split('.').length - 1;
  return (
    <Card withBorder component="li" py="xs" px="sm" ml={{ base: 8 * depth, sm: 24 * depth }}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm" wrap="nowrap" style={{ flex: '1 1 220px', minWidth: 0 }}>
          <Badge variant="light" color={kStatusColors[task.status]} miw={44}>
            {task.id}
          </Badge>
          <Text
            {...(task.completed ? { td: 'line-through' } : {})}
            {...(task.completed ? { c: 'dimmed' } : {})}
            style={{ minWidth: 0 }}
          >
            {task.description}
          </Text>
          <StateMark state={state} />
        </Group>
        <Group gap={4} wrap="nowrap">
          <Select
            aria-label={t('tasks.statusOf', { id: task.id })}
            size="xs"
            w={140}
            data={kStatuses.map((value) => ({ value, label: t(`tasks.status.${value}`) }))}
            value={task.status}
            onChange={(value) => value && onChange(task.id, value)}
            allowDeselect={false}
            disabled={!editable}
          />
          <CopyButton value={promptOf(spec, task)}>
            {({ copied, copy }) => (
              <Tooltip label={t('tasks.copyPrompt')}>
                <ActionIcon
                  variant="subtle"
                  color={copied ? 'teal' : 'gray'}
                  onClick={copy}
                  aria-label={t('tasks.copyPromptOf', { id: task.id })}
                >
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => setOpen(!open)}
            aria-expanded={open}
            aria-label={t('tasks.detailsOf', { id: task.id })}
          >
            <IconChevronDown size={16} style={{ transform: open ? 'rotate(180deg)' : 'none' }} />
          </ActionIcon>
        </Group>
      </Group>
      {task.blockedReason && (
        <Text size="sm" c="var(--mantine-color-red-text)" mt={4}>
          {t('tasks.blockedBecause', { reason: task.blockedReason })}
        </Text>
      )}
      <Collapse expanded={open}>
        <TaskDetails task={task} />
      </Collapse>
    </Card>
  );
}
