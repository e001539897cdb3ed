import { IconMessageOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { questionsQuery } from '../api/queries';
import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';
import { PageLoader } from '../components/PageLoader';
import { QueryView } from '../components/QueryView';
import { OfflineNotice } from '../projects/OfflineNotice';
import { useProject } from '../projects/useProjects';
import { QuestionCard } from '../questions/QuestionCard';

// Where a coding agent's link to its question leads.
export default function Question() {
  const { t } = useTranslation();
  const { projectId, project } = useProject();
  const { question: id = '' } = useParams();
  const list = useQuery(questionsQuery(projectId));
  return (
    <>
      <PageHeader title={t('questions.one')} />
      <OfflineNotice />
      <QueryView query={list}>
        {(questions) => {
          const question = questions.find((candidate) => candidate.id === id);
          if (question && project)
            return <QuestionCard key={id} project={project} question={question} headingOrder={2} />;
          // A list from before may lack the question, and the list of projects may come later than that of questions.
          if (question || list.isFetching) return <PageLoader />;
          return <Empty icon={IconMessageOff} title={t('questions.gone')} />;
        }}
      </QueryView>
    </>
  );
}
