import { randomBytes } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { amongIds } from './among.ts';
import { persist } from './engine.ts';
import type { Pair } from './log-batch.ts';
import { planned } from './postgres.ts';
import type { Tables } from './schema.ts';
import { notActive, type Tracked } from './tracked.ts';

/** What MLflow calls a dataset: a name, a digest and where it came from. Osler's own datasets are versions on disk. */
export interface InputDataset {
  name: string;
  /** At most 36 characters. */
  digest: string;
  sourceType: string;
  source: string;
  schema?: string;
  profile?: string;
}

export interface RunInputs {
  datasets: { dataset: InputDataset; tags: Pair[] }[];
  /** Ids of logged models that the run read. */
  models: string[];
  /** Logged models that the run made. */
  outputs: { modelId: string; step: number }[];
}

export interface Inputs {
  /** A dataset that the run has already keeps its tags. Throws NOT_FOUND, or USAGE for a deleted run. */
  log(runId: string, inputs: Partial<RunInputs>): Promise<void>;
  /** As `log`, of datasets alone. */
  add(runId: string, datasets: RunInputs['datasets']): Promise<void>;
  /** Datasets of one run. */
  list(runId: string): Promise<RunInputs['datasets']>;
  /** By run; those without any are left out. */
  of(runIds: readonly string[]): Promise<Map<string, RunInputs>>;
}

export function inputRepository(db: Kysely<Tables>, tracked: Tracked): Inputs {
  const inputs: Inputs = {
    add: (runId, datasets) => inputs.log(runId, { datasets }),
    list: async (runId) => (await inputs.of([runId])).get(runId)?.datasets ?? [],
    async log(runId, { datasets = [], models = [], outputs = [] }) {
      const run = await tracked.get(runId);
      if (run.deleted) throw notActive(runId);
      await persist(() =>
        db.transaction().execute(async (trx) => {
          for (const { dataset, tags } of datasets) {
            const { name, digest, sourceType: source_type, source, schema = null, profile = null } = dataset;
            const key = { experiment_id: run.experimentId, name, digest };
            await trx
              .insertInto('input_datasets')
              .values({ id: randomBytes(16).toString('hex'), ...key, source_type, source, schema, profile })
              .onConflict((c) => c.columns(['experiment_id', 'name', 'digest']).doNothing())
              .execute();
            const { id } = await trx
              .selectFrom('input_datasets')
              .select('id')
              .where('experiment_id', '=', key.experiment_id)
              .where('name', '=', name)
              .where('digest', '=', digest)
              .executeTakeFirstOrThrow();
            await trx
              .insertInto('run_inputs')
              .values({ run_id: runId, dataset_id: id, tags: JSON.stringify(tags) })
              .onConflict((c) => c.columns(['run_id', 'dataset_id']).doNothing())
              .execute();
          }
          const edges = [
            ...models.map((model_id) => ({ run_id: runId, model_id, role: 'in', step: 0 })),
            ...outputs.map(({ modelId, step }) => ({ run_id: runId, model_id: modelId, role: 'out', step })),
          ];
          for (const edge of edges) {
            await trx
              .insertInto('run_models')
              .values(edge)
              .onConflict((c) => c.columns(['run_id', 'role', 'model_id']).doUpdateSet({ step: edge.step }))
              .execute();
          }
        }),
      );
    },
    async of(runIds) {
      const found = new Map<string, RunInputs>();
      if (runIds.length === 0) return found;
      const entry = (id: string): RunInputs => {
        const known = found.get(id) ?? { datasets: [], models: [], outputs: [] };
        found.set(id, known);
        return known;
      };
      const among = amongIds(db, runIds);
      // At once: PostgreSQL has a connection for each. As texts: to build them took longer than to ask them.
      const [{ rows: datasets }, { rows: edges }] = await Promise.all([
        sql<Selectable<Tables['run_inputs'] & Tables['input_datasets']>>`${planned('inputs')}
          select run_id, name, digest, source_type, source, schema, profile, tags from run_inputs
          join input_datasets on input_datasets.id = run_inputs.dataset_id where run_id ${among} order by name, digest`.execute(
          db,
        ),
        sql<Selectable<Tables['run_models']>>`${planned('models of runs')}
          select run_id, model_id, role, step from run_models where run_id ${among} order by step, model_id`.execute(
          db,
        ),
      ]);
      for (const row of datasets) {
        const { name, digest, source_type: sourceType, source, schema, profile } = row;
        entry(row.run_id).datasets.push({
          dataset: {
            name,
            digest,
            sourceType,
            source,
            ...(schema === null ? {} : { schema }),
            ...(profile === null ? {} : { profile }),
          },
          tags: JSON.parse(row.tags) as Pair[],
        });
      }
      for (const { run_id, model_id: modelId, role, step } of edges) {
        if (role === 'in') entry(run_id).models.push(modelId);
        else entry(run_id).outputs.push({ modelId, step });
      }
      return found;
    },
  };
  return inputs;
}
