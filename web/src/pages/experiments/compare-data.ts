import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, ask } from '../../api/client.ts';
import { isAbsent, together } from '../../components/reading.ts';
import { type RunLine, value } from './queries.ts';

export interface ComparedRun {
  id: string;
  name: string;
  status: RunLine['status'];
  startedAt: number;
  dataset: string | null;
  /** Of the palette: its place among the runs. */
  place: number;
}

/** The runs of a comparison, in the order of the address. */
export const comparedQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['runs', 'compared', ids],
    queryFn: async ({ signal }): Promise<ComparedRun[]> => {
      const filter = `attributes.run_id IN (${ids.map((id) => `'${id.replaceAll("'", '')}'`).join(', ')})`;
      const query = { filter, view: 'all' as const, limit: 500 };
      const { runs } = await ask(api.GET('/v1/search/runs', { params: { query }, signal }));
      const byId = new Map(runs.map((run) => [run.id, run]));
      const found = ids.flatMap((id) => byId.get(id) ?? []);
      // Two of one name are told apart by their ids.
      const names = Map.groupBy(found, ({ name }) => name);
      return found.map((run, place) => ({
        id: run.id,
        name: names.get(run.name)!.length > 1 ? `${run.name} ${run.id.slice(0, 6)}` : run.name,
        status: run.status,
        startedAt: Date.parse(run.startedAt),
        dataset: run.dataset,
        place,
      }));
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });

export interface SideBySide<Value> {
  key: string;
  /** In the order of the runs. */
  values: (Value | null)[];
  same: boolean;
}

const settingsQuery = (ids: readonly string[], all: boolean) =>
  queryOptions({
    queryKey: ['runs', 'settings', ids, all],
    queryFn: async ({ signal }): Promise<SideBySide<string>[]> => {
      const items: SideBySide<string>[] = [];
      for (let cursor: string | undefined; ; ) {
        const query = {
          run: [...ids],
          limit: 1_000,
          all: all ? ('true' as const) : ('false' as const),
          ...(cursor === undefined ? {} : { cursor }),
        };
        const page = await ask(api.GET('/v1/compare/settings', { params: { query }, signal }));
        items.push(...page.settings);
        if (page.next === null) return items;
        cursor = page.next;
      }
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });

const figuresQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['runs', 'figures', ids],
    queryFn: async ({ signal }): Promise<SideBySide<number>[]> => {
      const items: SideBySide<number>[] = [];
      for (let cursor: string | undefined; ; ) {
        const query = { run: [...ids], limit: 1_000, ...(cursor === undefined ? {} : { cursor }) };
        const page = await ask(api.GET('/v1/compare/metrics', { params: { query }, signal }));
        items.push(...page.metrics.map((one) => ({ ...one, values: one.values.map(value) })));
        if (page.next === null) return items;
        cursor = page.next;
      }
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });

export const useSettings = (ids: readonly string[], all = false) => useQuery(settingsQuery(ids, all));
export const useFigures = (ids: readonly string[]) => useQuery(figuresQuery(ids));

/** Something that runs can be placed by: a setting or a metric. */
export interface Dimension {
  id: string;
  label: string;
  kind: 'setting' | 'metric';
  values: (number | string | null)[];
  /** All that have a value have a number. */
  numeric: boolean;
  /** Spread over several powers of ten, and above 0. */
  wide: boolean;
}

/** What differs between the runs, first the settings, then the metrics. */
export function useDimensions(ids: readonly string[]): {
  dimensions: Dimension[] | undefined;
  error: unknown;
  again: () => void;
} {
  const settings = useSettings(ids);
  const figures = useFigures(ids);
  const dimensions = useMemo(() => {
    if (settings.data === undefined || figures.data === undefined) return undefined;
    return [
      ...settings.data.map(({ key, values }) => dimension(`setting ${key}`, key, 'setting', values.map(plain))),
      ...figures.data
        .filter(({ same, values }) => !same || values.length === 1)
        .map(({ key, values }) => dimension(`metric ${key}`, key, 'metric', values)),
    ];
  }, [settings.data, figures.data]);
  const read = together(settings, figures);
  return { dimensions, error: isAbsent(read) ? read.error : null, again: () => void read.refetch() };
}

function plain(text: string | null): number | string | null {
  if (text === null || text === 'null') return null;
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function dimension(id: string, label: string, kind: Dimension['kind'], raw: (number | string | null)[]): Dimension {
  const present = raw.filter((one) => one !== null);
  const numeric = present.length > 0 && present.every((one) => typeof one === 'number');
  const values = numeric ? raw : raw.map((one) => (one === null ? null : String(one)));
  const numbers = present.filter((one) => typeof one === 'number' && Number.isFinite(one)) as number[];
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return { id, label, kind, values, numeric, wide: numeric && low > 0 && high / low >= 50 };
}
