import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, ask } from '../api/client.ts';

interface Group {
  group: string;
  things: { id: string; label: string; to: string }[];
}

const part = encodeURIComponent;
const GROUPS = {
  model: { group: 'Models', to: (id: string) => `/models/${part(id)}` },
  deployment: { group: 'Deployments', to: (id: string) => `/deployments/${part(id)}` },
  dataset: { group: 'Datasets', to: (id: string) => `/datasets/${id.split('@').map(part).join('/')}` },
  run: { group: 'Runs', to: (id: string) => `/runs/${part(id)}` },
} as const;

/** Shorter texts are in too many names. */
const LEAST = 2;

/** What has the text in its name, asked of the server while one types. */
export function useFound(query: string, enabled: boolean): Group[] {
  const [text] = useDebouncedValue(query.trim(), 150);
  const { data } = useQuery({
    queryKey: ['find', text],
    queryFn: ({ signal }) => ask(api.GET('/v1/find', { params: { query: { text } }, signal })),
    enabled: enabled && text.length >= LEAST,
    placeholderData: keepPreviousData,
  });
  const found = text.length >= LEAST ? data?.found : undefined;
  return useMemo(
    () =>
      Object.entries(GROUPS).flatMap(([kind, { group, to }]) => {
        const things = (found ?? []).filter((one) => one.kind === kind);
        return things.length === 0
          ? []
          : [{ group, things: things.map(({ id, name }) => ({ id: `${kind} ${id}`, label: name, to: to(id) })) }];
      }),
    [found],
  );
}
