import { Alert, Badge, Button, Group, Stack, Tabs } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { approvalContentQuery } from '../api/queries';
import type { Approval as ApprovalRequest, ApprovalComment } from '../api/types';
import { kStatusColors } from './decide';
import { DecisionPanel } from './DecisionPanel';
import { DiffPane } from './DiffPane';
import { ReviewPane } from './ReviewPane';
import { PageHeader } from '../components/PageHeader';
import { QueryView } from '../components/QueryView';
import { TimeAgo } from '../components/TimeAgo';
import { Decided } from './Decided';

export function Review({ projectId, approval }: { projectId: string; approval: ApprovalRequest }) {
  const { t } = useTranslation();
  const content = useQuery(approvalContentQuery(projectId, approval.id));
  const pending = approval.status === 'pending';
  const [drafted, setDrafted] = useState<ApprovalComment[]>([]);
  const [tab, setTab] = useState('document');
  // The version that the reviewer began with; events may bring a newer one below.
  const [reviewed, setReviewed] = useState<string | undefined>();
  const etag = content.data?.etag;
  if (reviewed === undefined && etag !== undefined) setReviewed(etag);
  const stale = pending && reviewed !== undefined && etag !== undefined && reviewed !== etag;
  const comments = pending ? drafted : (approval.comments ?? []);

  return (
    <>
      <PageHeader
        title={approval.title}
        lead={
          <Group gap="xs" component="span">
            <Badge color={kStatusColors[approval.status]} variant="light" tt="none">
              {t(`approvals.status.${approval.status}`)}
            </Badge>
            <span>{approval.filePath}</span>
            <TimeAgo time={approval.createdAt} />
          </Group>
        }
      />
      {!pending && <Decided approval={approval} />}
      {stale && (
        <Alert
          color="orange"
          mb="md"
          icon={<IconAlertTriangle size={18} />}
          title={t('approvals.stale')}
          withCloseButton
          closeButtonLabel={t('approvals.reviewNow')}
          onClose={() => setReviewed(etag)}
        >
          <Stack align="flex-start" gap="xs">
            {t('approvals.staleHint')}
            <Button size="xs" variant="light" color="orange" onClick={() => setTab('changes')}>
              {t('approvals.showChanges')}
            </Button>
          </Stack>
        </Alert>
      )}
      <div className="review">
        <Tabs value={tab} onChange={(value) => setTab(value ?? 'document')} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="document">{t('approvals.document')}</Tabs.Tab>
            <Tabs.Tab value="changes">{t('approvals.changes')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="document">
            <QueryView query={content}>
              {({ value }) => (
                <ReviewPane text={value.content} comments={comments} {...(pending ? { onChange: setDrafted } : {})} />
              )}
            </QueryView>
          </Tabs.Panel>
          <Tabs.Panel value="changes">
            <DiffPane projectId={projectId} approvalId={approval.id} />
          </Tabs.Panel>
        </Tabs>
        {pending && (
          <DecisionPanel
            projectId={projectId}
            approval={approval}
            comments={drafted}
            onComments={setDrafted}
            etag={reviewed}
          />
        )}
      </div>
    </>
  );
}
