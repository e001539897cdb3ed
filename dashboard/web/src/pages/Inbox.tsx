import { Button, Group, SegmentedControl, Stack, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconInbox, IconKeyboard } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { Action } from '../approvals/decide';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { type PendingApproval, useApprovals } from '../projects/useProjects';
import { Questions } from '../questions/Questions';
import { useQuestions } from '../questions/useQuestions';
import { BatchBar } from '../approvals/BatchBar';
import { InboxRow } from '../approvals/InboxRow';
import { KeyHelp } from '../approvals/KeyHelp';

function keyOf({ project, approval }: PendingApproval): string {
  return `${project.projectId}/${approval.id}`;
}

export function linkOf({ project, approval }: PendingApproval): string {
  return `/p/${encodeURIComponent(project.projectId)}/approvals/${encodeURIComponent(approval.id)}`;
}

export default function Inbox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shelf, setShelf] = useState<'pending' | 'all'>('pending');
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const [helping, setHelping] = useState(false);
  const status = shelf === 'pending' ? 'pending' : undefined;
  const approvals = useApprovals(status);
  const questions = useQuestions(status);
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

  // Above the list that it is about.
  const batch = <BatchBar selected={selected} onDone={() => setChosen(new Set())} />;

  return (
    <>
      <PageHeader
        title={t('approvals.title')}
        lead={t('approvals.lead')}
        actions={
          <Button
            variant="default"
            leftSection={<IconKeyboard size={16} />}
            onClick={() => setHelping(true)}
            visibleFrom="sm"
          >
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
        {questions.length === 0 && batch}
      </Group>
      <Questions entries={questions} />
      {questions.length > 0 && approvals.length > 0 && (
        <Group mb="xs" mih={36} justify="space-between">
          <Title order={2} size="h4">
            {t('approvals.title')}
          </Title>
          {batch}
        </Group>
      )}
      {approvals.length === 0 ? (
        questions.length === 0 && (
          <Empty icon={IconInbox} title={shelf === 'pending' ? t('approvals.none') : t('approvals.never')}>
            {t('approvals.noneHint')}
          </Empty>
        )
      ) : (
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {approvals.map((entry, i) => (
            <InboxRow
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
