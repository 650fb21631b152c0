import type { CallOptions, Http, Query } from './http.ts';

/** All items of a list that comes in pages, each page fetched when it is reached. */
export async function* everyPage<Name extends string, Item>(
  http: Http,
  path: string,
  name: Name,
  { query = {}, ...options }: CallOptions & { query?: Query } = {},
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await http.json<Record<Name, Item[]> & { next: string | null }>(path, {
      ...options,
      query: { ...query, cursor },
    });
    yield* page[name];
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
