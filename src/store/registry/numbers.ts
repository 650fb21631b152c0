import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../schema.ts';

/** Version numbers of one model: from the first to the last, of deleted versions too. */
export interface Numbers {
  first: number;
  last: number;
}

/** What a `model.rename` says of the model that left its name. */
const Left = z.object({ id: z.number(), first: z.number(), last: z.number() });

/** Null for a model that never had a version. */
export async function numbersOf(trx: Kysely<Tables>, modelId: number): Promise<Numbers | null> {
  const { first, last } = await trx
    .selectFrom('model_versions')
    .select((eb) => [eb.fn.min('version').as('first'), eb.fn.max('version').as('last')])
    .where('model_id', '=', modelId)
    .executeTakeFirstOrThrow();
  return last === null ? null : { first: Number(first), last: Number(last) };
}

/** The numbers that other models have used up under a name: deleted ones, and those that have another name since. */
export async function numbersUnder(trx: Kysely<Tables>, name: string, modelId: number): Promise<Numbers[]> {
  const models = await trx
    .selectFrom('registered_models')
    .select('id')
    .where('name', '=', name)
    .where('id', '!=', modelId)
    .execute();
  const found = [];
  for (const { id } of models) found.push(await numbersOf(trx, id));
  const renames = await trx
    .selectFrom('events')
    .select('before')
    .where('what', '=', 'model.rename')
    .where('subject', '=', name)
    .execute();
  const left = renames.flatMap(({ before }) => Left.safeParse(JSON.parse(before ?? 'null')).data ?? []);
  return [...found.filter((numbers) => numbers !== null), ...left.filter(({ id }) => id !== modelId)];
}
