import type { Command } from 'commander';
import type { Context } from './context.ts';

/** A verb's file exports `register`, which adds its command (with sub-commands, options, examples) to the program. */
export interface Verb {
  register(program: Command, context: Context, words: readonly string[]): void | Promise<void>;
}

/** All verbs. Only the one that is asked for is loaded, so that a start stays fast. */
export const VERBS: Record<string, { summary: string; load: (words: readonly string[]) => Promise<Verb> }> = {
  demo: {
    summary: 'the main job on embedded data, from images to a served prediction',
    load: () => import('./demo.ts'),
  },
  data: { summary: 'import, list and draw datasets', load: () => import('./data.ts') },
  train: {
    summary: 'train a network on a dataset',
    load: async (words) => {
      // The engine's process starts while this one reads the verb, the recipe and the dataset.
      if (!words.includes('--help') && !words.includes('-h')) (await import('../training/launch.ts')).prepareChild();
      return import('./train.ts');
    },
  },
  sweep: { summary: 'search the settings of a recipe', load: () => import('./sweep.ts') },
  evaluate: {
    summary: 'measure a run or a bundle, every metric with its interval',
    load: () => import('./evaluate.ts'),
  },
  stress: { summary: 'measure how a model holds when images get worse', load: () => import('./stress.ts') },
  compare: {
    summary: 'compare runs or bundles on the same samples, with tests and a verdict',
    load: () => import('./compare.ts'),
  },
  explain: { summary: 'check what the heat maps of a run or a bundle are worth', load: () => import('./explain.ts') },
  export: { summary: 'turn a run into a signed bundle', load: () => import('./export.ts') },
  predict: { summary: 'predict images with a bundle', load: () => import('./predict.ts') },
  score: {
    summary: 'score a folder or an archive: resumable, answers as CSV or JSON lines',
    load: () => import('./score.ts'),
  },
  jobs: { summary: 'list, show, cancel and fetch scoring jobs', load: () => import('./jobs.ts') },
  serve: { summary: 'serve a bundle or deployments over HTTP, with a page', load: () => import('./serve.ts') },
  deploy: {
    summary: 'which registered versions answer: shares, canaries, shadows, rollback, feedback',
    load: () => import('./deploy.ts'),
  },
  server: {
    summary: "the whole house on one port: Studio, MLflow's API, deployments",
    load: () => import('./server.ts'),
  },
  studio: { summary: 'the same as server', load: () => import('./server.ts') },
  keys: { summary: 'keys for the servers: make, list, replace, end', load: () => import('./keys.ts') },
  uploads: { summary: 'images that servers kept, encrypted', load: () => import('./uploads.ts') },
  runs: { summary: 'find, show, compare and follow runs', load: () => import('./runs.ts') },
  store: { summary: 'check, back up, restore and move the store, free space', load: () => import('./store.ts') },
  tracking: {
    summary: 'send to MLflow and W&B what they missed, compare them, import and export runs',
    load: () => import('./tracking.ts'),
  },
  reproduce: { summary: 're-run a training from its record and compare', load: () => import('./reproduce.ts') },
  config: {
    summary: 'show the resolved configuration and where each value came from',
    load: () => import('./config.ts'),
  },
  models: {
    summary: 'register, approve and serve versions of models; list the architectures',
    load: () => import('./models.ts'),
  },
  audit: { summary: 'read and verify the audit trail', load: () => import('./audit.ts') },
  doctor: { summary: 'report what this machine has and what is missing', load: () => import('./doctor.ts') },
};
