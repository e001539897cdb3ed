import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { projectPath } from '../api/http';
import { approvalsQuery } from '../api/queries';
import type { ApprovalComment, BatchResult } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import type { Write } from '../delivery/write';
import { type Action, annotationsOf } from './decide';
import { UndoMessage } from './UndoMessage';
import { createElement } from 'react';

// A decision may be taken back for so long, unless the coding agent has acted on it.
const kUndoMs = 30_000;

export interface Decision {
  action: Action;
  response: string;
  comments: ApprovalComment[];
  // Of the content that was reviewed.
  etag: string | undefined;
}

export function useDecision(projectId: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { send } = useDelivery();
  const refresh = () => client.invalidateQueries({ queryKey: approvalsQuery(projectId).queryKey });

  function offerUndo(ids: string[], message: string) {
    const id = `undo-${ids.join()}`;
    const undo = async () => {
      notifications.hide(id);
      const { data, write } = await send<BatchResult>({
        projectId,
        label: t('approvals.undo'),
        method: 'POST',
        path: projectPath(projectId, 'approvals', 'batch', 'undo'),
        body: { ids },
      });
      const why = write.error?.message ?? data?.failed[0]?.error;
      if (why) notifications.show({ color: 'red', message: why });
      await refresh();
    };
    notifications.show({
      id,
      autoClose: kUndoMs,
      color: 'teal',
      message: createElement(UndoMessage, { message, onUndo: () => void undo() }),
    });
  }

  async function decide(
    approvalId: string,
    title: string,
    { action, response, comments, etag }: Decision,
  ): Promise<Write> {
    const { write } = await send({
      projectId,
      label: `${t(`approvals.actions.${action}`)} · ${title}`,
      method: 'POST',
      path: projectPath(projectId, 'approvals', approvalId, action),
      body: { response, annotations: annotationsOf(comments), comments },
      ...(etag ? { ifMatch: etag } : {}),
    });
    if (write.state === 'applied') offerUndo([approvalId], t(`approvals.done.${action}`, { count: 1 }));
    await refresh();
    return write;
  }

  async function decideAll(ids: string[], action: Action, response: string): Promise<BatchResult | undefined> {
    const { data, write } = await send<BatchResult>({
      projectId,
      label: t(`approvals.batchLabel`, { action: t(`approvals.actions.${action}`), count: ids.length }),
      method: 'POST',
      path: projectPath(projectId, 'approvals', 'batch', action),
      body: { ids, response },
    });
    if (write.error) notifications.show({ color: 'red', message: write.error.message });
    for (const failure of data?.failed ?? []) notifications.show({ color: 'red', message: failure.error });
    if (data && data.succeeded.length > 0) {
      offerUndo(data.succeeded, t(`approvals.done.${action}`, { count: data.succeeded.length }));
    }
    await refresh();
    return data;
  }

  return { decide, decideAll };
}
