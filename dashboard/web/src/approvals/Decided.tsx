import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Approval as ApprovalRequest } from '../api/types';
import { nameOf } from '../components/nameOf';
import { kStatusColors } from './decide';

export function Decided({ approval }: { approval: ApprovalRequest }) {
  const { t, i18n } = useTranslation();
  const who = nameOf(approval.decidedBy);
  const when = approval.respondedAt ? new Date(approval.respondedAt).toLocaleString(i18n.language) : '';
  return (
    <Alert
      color={kStatusColors[approval.status]}
      mb="md"
      title={t('approvals.decided', { status: t(`approvals.status.${approval.status}`), who, when })}
    >
      {approval.response}
    </Alert>
  );
}
