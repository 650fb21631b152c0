import pg from 'pg';

const TIMES = 1_000;

/** Milliseconds of the least that a client of PostgreSQL waits for: an answer, and one row by a prepared statement, committed. Means. */
export async function bareCommit(url: string): Promise<{ answer: number; commit: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('create table bare (i bigint primary key)');
    const mean = async (query: (i: number) => Promise<unknown>): Promise<number> => {
      for (let i = -100; i < 0; i++) await query(i);
      const begin = performance.now();
      for (let i = 0; i < TIMES; i++) await query(i);
      return (performance.now() - begin) / TIMES;
    };
    return {
      answer: await mean(() => client.query({ name: 'one', text: 'select 1' })),
      commit: await mean((i) => client.query({ name: 'row', text: 'insert into bare values ($1)', values: [i] })),
    };
  } finally {
    await client.end();
  }
}
