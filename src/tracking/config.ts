import { z } from 'zod';

const Mlflow = z.strictObject({
  /** Of the server; null takes MLFLOW_TRACKING_URI. Name and password go into MLFLOW_TRACKING_USERNAME and _PASSWORD. */
  uri: z
    .string()
    .refine((uri) => /^https?:$/.test(URL.parse(uri)?.protocol ?? ''), {
      error: 'the http:// or https:// address of an MLflow server was expected',
    })
    .refine((uri) => !/\/\/[^/]*@/.test(uri), {
      error: 'a password does not belong into a recipe: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD',
    })
    .transform((uri) => uri.replace(/\/+$/, ''))
    .nullable()
    .default(null),
  /** Null: the run's own. */
  experiment: z.string().min(1).nullable().default(null),
  /** Send weights as well as figures and plots. */
  checkpoints: z.boolean().default(true),
  /** For one answer of the server. */
  timeoutSeconds: z.number().positive().max(600).default(30),
});

const Wandb = z.strictObject({
  /** Null: the run's experiment. */
  project: z.string().min(1).max(128).nullable().default(null),
  /** A person or a team; null: whose WANDB_API_KEY it is. */
  entity: z.string().min(1).nullable().default(null),
  /** `offline` writes files for `wandb sync`, `online` sends. */
  mode: z.enum(['offline', 'online']).default('offline'),
  checkpoints: z.boolean().default(false),
  timeoutSeconds: z.number().positive().max(600).default(30),
});

/** One place where a run is written down. */
export const TrackerConfig = z.union([
  z.enum(['local', 'mlflow', 'wandb']),
  z
    .strictObject({ mlflow: Mlflow.optional(), wandb: Wandb.optional() })
    .refine(({ mlflow, wandb }) => (mlflow === undefined) !== (wandb === undefined), {
      error: 'one tracker was expected, mlflow or wandb; another is another item of the list',
    }),
]);
export type TrackerConfig = z.input<typeof TrackerConfig>;

/** The local one is always kept, named or not: a run without it could not go on after a kill. */
export const TrackingConfig = z.array(TrackerConfig).default(['local']);
export type TrackingConfig = z.infer<typeof TrackingConfig>;

export type Target = { mlflow: z.infer<typeof Mlflow> } | { wandb: z.infer<typeof Wandb> };

/** The remote ones, spelt out; each once. */
export function targetsOf(config: readonly TrackerConfig[]): Target[] {
  const spelt = config.flatMap((entry): Target[] => {
    if (entry === 'local') return [];
    if (typeof entry === 'string')
      return [entry === 'mlflow' ? { mlflow: Mlflow.parse({}) } : { wandb: Wandb.parse({}) }];
    return entry.wandb === undefined ? [{ mlflow: Mlflow.parse(entry.mlflow) }] : [{ wandb: Wandb.parse(entry.wandb) }];
  });
  return [...new Map(spelt.map((target) => [JSON.stringify(target), target])).values()];
}
