import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

/** Column types that hold the same values on both engines. */
export interface Columns {
  /** Sorted by its bytes, whatever the server's language. */
  text: 'text' | RawBuilder<unknown>;
  /** Whole numbers up to 2^53. */
  integer: 'integer' | 'bigint';
  /** 64 bits. */
  real: 'real' | 'double precision';
  /** A primary key that counts up by itself. */
  counter(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** The same, and never gives out a number again, not even the highest after its row was removed. */
  serial(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
}

export function isPostgres<T>(db: Kysely<T>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

export function columnsOf<T>(db: Kysely<T>): Columns {
  if (isPostgres(db)) {
    return {
      text: sql`text collate "C"`,
      integer: 'bigint',
      real: 'double precision',
      counter: (c) => c.primaryKey().generatedByDefaultAsIdentity(),
      serial: (c) => c.primaryKey().generatedByDefaultAsIdentity(),
    };
  }
  // In SQLite an integer has up to 8 bytes, a real has 8, text sorts by its bytes, and an integer primary key counts up.
  return {
    text: 'text',
    integer: 'integer',
    real: 'real',
    counter: (c) => c.primaryKey(),
    serial: (c) => c.primaryKey().autoIncrement(),
  };
}
