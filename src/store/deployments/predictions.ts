import type { Kysely, Selectable } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';
import { countAnswers, HOUR, MINUTES_KEPT, pruneMinutes, readCounts } from './answer-counts.ts';
import { prune } from './prune.ts';
import type { Labelled, PredictionEntry, Predictions, Role, VariantOutcomes } from './types.ts';

/** Rows of one statement: below both engines' limits on values. */
const ROWS = 500;
/** The caller keeps what can't be written; it must not wait for a minute to be told. */
const PATIENCE_MS = 2_000;

export function predictionRepository(db: Kysely<Tables>): Predictions {
  let prunedAt = 0;
  return {
    async write(entries) {
      if (entries.length === 0) return;
      const now = Date.now();
      await persist(
        () =>
          db.transaction().execute(async (trx) => {
            for (let i = 0; i < entries.length; i += ROWS) {
              const written = await trx
                .insertInto('predictions')
                .values(entries.slice(i, i + ROWS).map(row))
                .onConflict((c) => c.columns(['id', 'variant']).doNothing())
                .returning(['deployment_id as deploymentId', 'at', 'variant', 'role', 'outcome', 'milliseconds'])
                .execute();
              await countAnswers(
                trx,
                written.map(({ role, ...rest }) => ({ ...rest, role: role as Role })),
              );
            }
            if (now - prunedAt > HOUR) await pruneMinutes(trx, now - MINUTES_KEPT);
          }),
        PATIENCE_MS,
      );
      if (now - prunedAt > HOUR) prunedAt = now;
    },
    counts: (deploymentId, stretch) => readCounts(db, deploymentId, stretch),
    async get(id) {
      const rows = await db.selectFrom('predictions').selectAll().where('id', '=', id).orderBy('at').execute();
      const all = rows.map(entry);
      return [...all.filter(isGiven), ...all.filter((one) => !isGiven(one))];
    },
    async list(deploymentId, { limit, before }) {
      let select = db.selectFrom('predictions').selectAll().where('deployment_id', '=', deploymentId);
      if (before !== undefined) select = select.where('at', '<', before);
      return (await select.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(entry);
    },
    async outcomes(deploymentId, revision, recent) {
      const counted = await db
        .selectFrom('predictions')
        .select((eb) => ['variant', 'outcome', eb.fn.min('role').as('role'), eb.fn.countAll().as('count')])
        .where('deployment_id', '=', deploymentId)
        .where('revision', '=', revision)
        .groupBy(['variant', 'outcome'])
        .execute();
      const found = new Map<string, VariantOutcomes>();
      for (const { variant, role, outcome, count } of counted) {
        const one = found.get(variant) ?? { variant, role: role as Role, counts: {}, milliseconds: [] };
        one.counts[outcome] = Number(count);
        found.set(variant, one);
      }
      for (const one of found.values()) {
        const rows = await db
          .selectFrom('predictions')
          .select('milliseconds')
          .where('deployment_id', '=', deploymentId)
          .where('revision', '=', revision)
          .where('variant', '=', one.variant)
          .where('outcome', '=', 'ok')
          .orderBy('at', 'desc')
          .limit(recent)
          .execute();
        one.milliseconds = rows.map(({ milliseconds }) => milliseconds);
      }
      return [...found.values()];
    },
    prune: (deploymentId, rule, options) => prune(db, deploymentId, rule, options),
    async addFeedback({ prediction, at, who, label }) {
      await persist(() => db.insertInto('feedback').values({ prediction_id: prediction, at, who, label }).execute());
    },
    async labelled(deploymentId, since = 0) {
      const rows = await db
        .selectFrom('predictions as p')
        .innerJoin('feedback as f', 'f.prediction_id', 'p.id')
        .selectAll('p')
        .select(['f.id as feedback_id', 'f.at as feedback_at', 'f.label'])
        .where('p.deployment_id', '=', deploymentId)
        .where('p.at', '>=', since)
        .orderBy('f.id')
        .execute();
      // A correction changes the label, not the moment at which the answer was first judged.
      const found = new Map<string, Labelled>();
      for (const { feedback_at, label, feedback_id: _, ...prediction } of rows) {
        const key = JSON.stringify([prediction.id, prediction.variant]);
        const known = found.get(key);
        if (known === undefined) found.set(key, { prediction: entry(prediction), label, at: feedback_at });
        else known.label = label;
      }
      return [...found.values()];
    },
  };
}

const isGiven = ({ role }: PredictionEntry): boolean => role !== 'shadow';

function row({ deploymentId, answer, ...rest }: PredictionEntry): Tables['predictions'] {
  return { ...rest, deployment_id: deploymentId, answer: answer === null ? null : JSON.stringify(answer) };
}

function entry({ deployment_id, role, answer, ...rest }: Selectable<Tables['predictions']>): PredictionEntry {
  return {
    ...rest,
    role: role as Role,
    deploymentId: deployment_id,
    answer: answer === null ? null : (JSON.parse(answer) as Record<string, unknown>),
  };
}
