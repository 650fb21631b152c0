import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Navigate } from '@tanstack/react-router';
import { Failed } from '../../components/failed.tsx';
import { PageLoading } from '../../components/page.tsx';
import { versions } from './queries.ts';

export const Route = createLazyRoute('/datasets/$name')({ component: Newest });

/** A data set's name alone means its newest version. */
function Newest() {
  const { name } = Route.useParams();
  const all = useQuery(versions(name));
  if (all.error !== null) return <Failed title={name} error={all.error} onRetry={() => void all.refetch()} />;
  const [newest] = all.data ?? [];
  if (newest === undefined) return <PageLoading title={name} />;
  return <Navigate to="/datasets/$name/$version" params={{ name, version: String(newest.version) }} replace />;
}
