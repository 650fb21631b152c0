import { type RawBuilder, sql } from 'kysely';
import type { Clause, Comparator } from './grammar.ts';

/** A condition in the engine's own SQL. */
export type Condition = RawBuilder<boolean>;

/** `column COMPARATOR value`. Patterns know % and _ alone; LIKE tells capitals apart, ILIKE does not (in SQLite: of ASCII). */
export function compare(
  column: RawBuilder<unknown>,
  comparator: Comparator,
  value: Clause['value'],
  postgres: boolean,
): Condition {
  switch (comparator) {
    case 'IN':
    case 'NOT IN': {
      const list = sql.join(value as string[]);
      return comparator === 'IN' ? sql`${column} in (${list})` : sql`${column} not in (${list})`;
    }
    case 'LIKE':
      // SQLite's own LIKE does not tell capitals apart.
      return postgres ? sql`${column} like ${value} escape ''` : sql`${column} glob ${glob(value as string)}`;
    case 'ILIKE':
      return postgres ? sql`${column} ilike ${value} escape ''` : sql`${column} like ${value}`;
    default:
      return sql`${column} ${sql.raw(comparator)} ${typeof value === 'number' ? number(value) : value}`;
  }
}

/** A value of a metric that has one: NaN satisfies `!=` alone. */
export function compareMetric(table: string, comparator: Comparator, value: number): Condition {
  const column = sql.ref(`${table}.last_value`);
  const nan = sql.ref(`${table}.last_nan`);
  return comparator === '!='
    ? sql`(${column} <> ${number(value)} or ${nan} = 1)`
    : sql`(${column} ${sql.raw(comparator)} ${number(value)} and ${nan} = 0)`;
}

/** A whole number is bound as one where it is compared with one; PostgreSQL would take 0.5 for a whole number as well. */
function number(value: number): RawBuilder<number> {
  return sql`cast(${value} as double precision)`;
}

function glob(pattern: string): string {
  return pattern.replace(/[*?[]/g, '[$&]').replaceAll('%', '*').replaceAll('_', '?');
}
