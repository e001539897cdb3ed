import { Alert, Button, Card, Group, Kbd, Stack, Text, Textarea, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconMessagePlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { Approval, ApprovalComment } from '../api/types';
import { useEditable } from '../projects/OfflineNotice';
import { CommentList } from './CommentList';
import { type Action, kActionColors, kActions } from './decide';
import { useDecision } from './useDecision';

interface Props {
  projectId: string;
  approval: Approval;
  comments: ApprovalComment[];
  onComments: (comments: ApprovalComment[]) => void;
  etag: string | undefined;
}

const kKeys: Record<Action, string> = { approve: 'a', 'needs-revision': 'n', reject: 'r' };

function isAction(text: string | null): text is Action {
  return kActions.some((action) => action === text);
}

// Comments and the decision, beside the document; at the bottom of a phone.
export function DecisionPanel({ projectId, approval, comments, onComments, etag }: Props) {
  const { t } = useTranslation();
  const editable = useEditable();
  const { decide } = useDecision(projectId);
  const [parameters] = useSearchParams();
  const asked = parameters.get('decide');
  const [prepared, setPrepared] = useState<Action | undefined>(isAction(asked) ? asked : undefined);
  const [response, setResponse] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);

  function prepare(action: Action) {
    setPrepared(action);
    field.current?.focus();
  }
  useHotkeys(kActions.map((action) => [kKeys[action], () => prepare(action)]));

  async function submit(action: Action) {
    setBusy(true);
    setError('');
    const said = comments.filter((comment) => comment.comment.trim() !== '');
    const write = await decide(approval.id, approval.title, {
      action,
      response: response.trim(),
      comments: said,
      etag,
    });
    setError(write.error?.message ?? '');
    setBusy(false);
  }

  return (
    <Card withBorder component="aside" className="decision" aria-label={t('approvals.decision')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('approvals.decision')}
          </Title>
          <Button
            size="xs"
            variant="light"
            leftSection={<IconMessagePlus size={14} />}
            onClick={() =>
              onComments([...comments, { type: 'general', comment: '', timestamp: new Date().toISOString() }])
            }
          >
            {t('approvals.generalComment')}
          </Button>
        </Group>
        <CommentList comments={comments} onChange={onComments} />
        <Textarea
          ref={field}
          label={t('approvals.response')}
          value={response}
          onChange={(event) => setResponse(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (prepared && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(prepared);
          }}
          autosize
          minRows={2}
        />
        {prepared && (
          <Text size="sm" role="status">
            {t('approvals.prepared', { action: t(`approvals.actions.${prepared}`) })} <Kbd>Ctrl</Kbd> + <Kbd>Enter</Kbd>
          </Text>
        )}
        {error && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        <div className="decision-buttons">
          {kActions.map((action) => (
            <Button
              key={action}
              color={kActionColors[action]}
              variant={prepared === undefined || prepared === action ? 'filled' : 'light'}
              onClick={() => void submit(action)}
              loading={busy}
              disabled={!editable}
              rightSection={
                <Kbd size="xs" visibleFrom="sm">
                  {kKeys[action]}
                </Kbd>
              }
            >
              {t(`approvals.actions.${action}`)}
            </Button>
          ))}
        </div>
      </Stack>
    </Card>
  );
}
