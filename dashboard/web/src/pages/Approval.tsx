import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { approvalsQuery } from '../api/queries';
import { Empty } from '../components/Empty';
import { QueryView } from '../components/QueryView';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { Review } from '../approvals/Review';

export default function Approval() {
  const { t } = useTranslation();
  const { projectId } = useProject();
  const { approval: id = '' } = useParams();
  const list = useQuery(approvalsQuery(projectId));
  return (
    <>
      <OfflineNotice />
      <QueryView query={list}>
        {(approvals) => {
          const approval = approvals.find((candidate) => candidate.id === id);
          if (!approval) return <Empty icon={IconFileOff} title={t('approvals.gone')} page />;
          return <Review key={id} projectId={projectId} approval={approval} />;
        }}
      </QueryView>
    </>
  );
}
