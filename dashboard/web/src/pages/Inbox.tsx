import { Badge, Button, Card, Checkbox, Group, Kbd, Modal, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconInbox, IconKeyboard } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { Project } from '../api/types';
import { type Action, kActionColors, kActions, kStatusColors } from '../approvals/decide';
import { useDecision } from '../approvals/useDecision';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { TimeAgo } from '../components/TimeAgo';
import { type PendingApproval, useApprovals, useProjects } from '../projects/useProjects';

const kKeys: [string, string][] = [
  ['j', 'next'],
  ['k', 'previous'],
  ['x', 'select'],
  ['Enter', 'open'],
  ['a', 'approve'],
  ['n', 'revise'],
  ['r', 'reject'],
  ['?', 'help'],
];

function keyOf({ project, approval }: PendingApproval): string {
  return `${project.projectId}/${approval.id}`;
}

function linkOf({ project, approval }: PendingApproval): string {
  return `/p/${encodeURIComponent(project.projectId)}/approvals/${encodeURIComponent(approval.id)}`;
}

export default function Inbox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const projects = useProjects();
  const [shelf, setShelf] = useState<'pending' | 'all'>('pending');
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const [helping, setHelping] = useState(false);
  const approvals = useApprovals(shelf === 'pending' ? 'pending' : undefined);
  const at = Math.min(cursor, approvals.length - 1);
  const current = approvals[at];
  const selected = approvals.filter((entry) => chosen.has(keyOf(entry)) && entry.approval.status === 'pending');

  function toggle(entry: PendingApproval) {
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(keyOf(entry))) after.add(keyOf(entry));
      return after;
    });
  }

  const open = () => current && void navigate(linkOf(current));
  // Deciding needs reading: the keys open the request with the decision prepared.
  const prepare = (action: Action) => () => current && void navigate(`${linkOf(current)}?decide=${action}`);
  useHotkeys([
    ['j', () => setCursor(Math.min(at + 1, approvals.length - 1))],
    ['k', () => setCursor(Math.max(at - 1, 0))],
    ['x', () => current && toggle(current)],
    ['Enter', open],
    ['a', prepare('approve')],
    ['n', prepare('needs-revision')],
    ['r', prepare('reject')],
    ['shift+?', () => setHelping(true)],
    ['?', () => setHelping(true)],
  ]);

  return (
    <>
      <PageHeader
        title={t('approvals.title')}
        lead={t('approvals.lead')}
        actions={
          <Button variant="default" leftSection={<IconKeyboard size={16} />} onClick={() => setHelping(true)} visibleFrom="sm">
            {t('approvals.keys')}
          </Button>
        }
      />
      <Group mb="md" justify="space-between">
        <SegmentedControl
          value={shelf}
          onChange={(value) => setShelf(value)}
          data={[
            { value: 'pending', label: t('approvals.pending') },
            { value: 'all', label: t('approvals.all') },
          ]}
        />
        {selected.length > 0 && (
          <Group gap="xs">
            {projects
              .filter((project) => selected.some((entry) => entry.project.projectId === project.projectId))
              .map((project) => (
                <BatchButtons
                  key={project.projectId}
                  project={project}
                  ids={selected.filter((entry) => entry.project.projectId === project.projectId).map(({ approval }) => approval.id)}
                  onDone={() => setChosen(new Set())}
                />
              ))}
          </Group>
        )}
      </Group>
      {approvals.length === 0 ? (
        <Empty icon={IconInbox} title={shelf === 'pending' ? t('approvals.none') : t('approvals.never')}>
          {t('approvals.noneHint')}
        </Empty>
      ) : (
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {approvals.map((entry, i) => (
            <Row
              key={keyOf(entry)}
              entry={entry}
              current={i === at}
              chosen={chosen.has(keyOf(entry))}
              onToggle={() => toggle(entry)}
            />
          ))}
        </Stack>
      )}
      <KeyHelp opened={helping} onClose={() => setHelping(false)} />
    </>
  );
}

function BatchButtons({ project, ids, onDone }: { project: Project; ids: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const several = useProjects().length > 1;
  const { decideAll } = useDecision(project.projectId);
  return (
    <Group gap={4}>
      {several && <Text size="sm">{project.projectName}</Text>}
      {kActions.map((action) => (
        <Button key={action} size="xs" variant="light" color={kActionColors[action]} onClick={() => void decideAll(ids, action, '').then(onDone)}>
          {t(`approvals.actions.${action}`)} ({ids.length})
        </Button>
      ))}
    </Group>
  );
}

interface RowProps {
  entry: PendingApproval;
  current: boolean;
  chosen: boolean;
  onToggle: () => void;
}

function Row({ entry, current, chosen, onToggle }: RowProps) {
  const { t } = useTranslation();
  const { project, approval } = entry;
  return (
    <Card withBorder component="li" p="sm" className="inbox-row" data-current={current}>
      <Group wrap="nowrap" gap="sm">
        <Checkbox checked={chosen} onChange={onToggle} disabled={approval.status !== 'pending'} aria-label={t('approvals.select', { title: approval.title })} />
        <Stack gap={0} style={{ flex: 1, minWidth: 0 }}>
          <Text fw={600} component={Link} to={linkOf(entry)} className="card-title" truncate>
            {approval.title}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {project.projectName} · {approval.categoryName} · {approval.filePath}
          </Text>
        </Stack>
        <Stack gap={2} align="flex-end">
          <Badge color={kStatusColors[approval.status]} variant="light" tt="none">
            {t(`approvals.status.${approval.status}`)}
          </Badge>
          <Text size="xs" c="dimmed">
            <TimeAgo time={approval.createdAt} />
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}

function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('approvals.keys')}>
      <Table>
        <Table.Tbody>
          {kKeys.map(([key, name]) => (
            <Table.Tr key={key}>
              <Table.Td w={80}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{t(`approvals.keyHelp.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
