import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';

import { ApiError, whenUnauthenticated } from '../api/http';
import { sessionQuery } from '../api/queries';
import { PageLoader } from '../components/PageLoader';
import { Shell } from '../components/Shell';
import { DeliveryProvider } from '../delivery/DeliveryProvider';
import { LiveProvider } from '../live/LiveProvider';

// Everything that needs a session.
export function SignedIn() {
  const session = useQuery(sessionQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const here = location.pathname + location.search;

  useEffect(() => {
    whenUnauthenticated(() => {
      client.removeQueries({ queryKey: sessionQuery.queryKey });
      void navigate('/sign-in', { state: { from: here } });
    });
  }, [client, navigate, here]);

  const refused = session.error instanceof ApiError && session.error.status === 401;
  if (refused) return <Navigate to="/sign-in" state={{ from: here }} replace />;
  // Without the server the last known state is shown.
  if (session.isPending) return <PageLoader />;
  const owner = session.data ? `${session.data.account}/${session.data.keyName}` : '';
  return (
    <LiveProvider>
      <DeliveryProvider key={owner} owner={owner}>
        <Shell />
      </DeliveryProvider>
    </LiveProvider>
  );
}
