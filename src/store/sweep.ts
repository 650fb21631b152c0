import { z } from 'zod';
import { RunId } from './run.ts';

/** `stopped`: workers take no further trial. */
export const SweepState = z.enum(['open', 'stopped']);

/** A search over a recipe's settings, as it was begun. What `config` holds is tuning/'s own. */
export const SweepRecord = z.object({
  id: RunId,
  name: z.string().min(1),
  state: SweepState,
  createdAt: z.iso.datetime(),
  /** Trials that were asked for: never more are begun. */
  trials: z.int().positive(),
  /** Which way the objective gets better. */
  direction: z.enum(['min', 'max']),
  config: z.record(z.string(), z.json()),
});
export type SweepRecord = z.infer<typeof SweepRecord>;

/**
 * `waiting`: begun, and in nobody's hands (its worker was stopped, or it is to be tried again). `diverged`: its loss became infinite, which
 * tells the search something; `failed`: it says nothing about its settings.
 */
export const TrialState = z.enum(['waiting', 'running', 'finished', 'pruned', 'diverged', 'failed']);
export type TrialState = z.infer<typeof TrialState>;

/** The settings of a trial by their dotted keys; only those whose condition holds. */
export type TrialParams = Record<string, z.core.util.JSONType>;

export interface Trial {
  /** From 0, without gaps. */
  number: number;
  state: TrialState;
  /** Null until they are chosen. */
  params: TrialParams | null;
  /** Ids of its trainings, the present one last. */
  runs: string[];
  /** The validation metric after each epoch that was reported; null where it was not finite. */
  epochs: (number | null)[];
  /** The objective: the best epoch's metric. Null without one. */
  value: number | null;
  /** How often it failed. */
  failures: number;
  error: string | null;
  worker: string | null;
  startedAt: string;
  endedAt: string | null;
}

/** A trial in one worker's hands. The token dies with the lease, and with it all that its holder still has to say. */
export interface Claim {
  sweep: string;
  token: string;
  trial: Trial;
}
