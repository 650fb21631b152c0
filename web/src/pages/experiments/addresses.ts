import { given } from '../../app/search.ts';

/** What of an address changes; undefined takes a part away. */
export type Change<Search> = { [Key in keyof Search]?: Search[Key] | undefined };

/** An address' search with changes; what is the default stands in no address. */
export function changed<Search extends object>(before: Search, change: Change<Search>): Search {
  return given({ ...before, ...change }) as Search;
}
