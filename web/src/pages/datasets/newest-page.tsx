import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Navigate } from '@tanstack/react-router';
import { Absent } from '../../components/absent.tsx';
import { lastRead } from '../../components/reading.ts';
import { versions } from './queries.ts';

export const Route = createLazyRoute('/datasets/$name')({ component: Newest });

/** A data set's name alone means its newest version, at the part that was asked for. */
function Newest() {
  const { name } = Route.useParams();
  const search = Route.useSearch();
  const all = useQuery(versions(name));
  const [newest] = lastRead(all) ?? [];
  if (newest === undefined) return <Absent title={name} query={all} />;
  return (
    <Navigate
      to="/datasets/$name/$version"
      params={{ name, version: String(newest.version) }}
      search={search}
      replace
    />
  );
}
