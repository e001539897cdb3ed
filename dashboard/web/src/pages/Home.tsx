import { useQuery } from '@tanstack/react-query';

import { projectsQuery } from '../api/queries';
import { QueryView } from '../components/QueryView';
import { ConnectGuide } from '../projects/ConnectGuide';
import { Overview } from '../projects/Overview';

export default function Home() {
  const projects = useQuery(projectsQuery);
  return (
    <QueryView query={projects}>
      {(list) => (list.length === 0 ? <ConnectGuide /> : <Overview projects={list} />)}
    </QueryView>
  );
}
