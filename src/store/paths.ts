import { join } from 'node:path';

/** Where things lie in OSLER_HOME. `home` is an absolute path throughout. */
export const databasePath = (home: string): string => join(home, 'osler.db');
export const objectsDir = (home: string): string => join(home, 'objects');
/** Contents of artifacts, each under its sha256. */
export const artifactsDir = (home: string): string => join(home, 'artifacts');
export const datasetDir = (home: string, name: string, version: number): string =>
  join(home, 'datasets', name, String(version));
export const cacheDir = (home: string): string => join(home, 'cache');
export const keysDir = (home: string): string => join(home, 'keys');
/** The last event that this home saw of the audit trail in a database. */
export const trailHeadFile = (home: string, database: string): string => join(home, 'audit', `${database}.json`);
/** Registered bundles, each by the sha256 of its manifest. */
export const registeredDir = (home: string, digest: string): string => join(home, 'registry', 'bundles', digest);
/** Which version may go live. */
export const policyFile = (home: string): string => join(home, 'registry', 'policy.yaml');
/** Who may use the server, and its limits. */
export const serverFile = (home: string): string => join(home, 'server.yaml');
/** Images that were predicted, encrypted, where the policy keeps them. */
export const uploadsDir = (home: string): string => join(home, 'uploads');
/** Entries of the prediction log that the store could not take. */
export const servingSpool = (home: string): string => join(home, 'serving', 'spool');
/** Images that were sent for a scoring job, encrypted. */
export const jobDir = (home: string, id: string): string => join(home, 'jobs', id);
export const logsDir = (home: string): string => join(home, 'logs');
/** What a training that was begun from the page says. */
export const trainingLogFile = (home: string, id: string): string => join(logsDir(home), 'trainings', `${id}.log`);
export const bundleDir = (home: string, name: string): string => join(home, 'bundles', name);
export const runsDir = (home: string): string => join(home, 'runs');
export const runDir = (home: string, id: string): string => join(runsDir(home), id);
export const runFile = (home: string, id: string): string => join(runDir(home, id), 'run.json');
export const runConfigFile = (home: string, id: string): string => join(runDir(home, id), 'config.yaml');
export const runLogFile = (home: string, id: string): string => join(runDir(home, id), 'log.jsonl');
export const checkpointDir = (home: string, id: string, which: 'best' | 'last'): string =>
  join(runDir(home, id), 'checkpoints', which);
export const sweepDir = (home: string, id: string): string => join(home, 'sweeps', id);
export const groupsDir = (home: string): string => join(home, 'groups');
export const groupDir = (home: string, id: string): string => join(groupsDir(home), id);
export const groupFile = (home: string, id: string): string => join(groupDir(home, id), 'group.json');
export const evaluationDir = (home: string, id: string, split: string): string =>
  join(runDir(home, id), 'evaluation', split);
