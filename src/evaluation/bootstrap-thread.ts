import { workerData } from 'node:worker_threads';
import { takeChunks, type Work } from './bootstrap.ts';
import { Scorer } from './scorer.ts';

/** A thread that helps `bootstrap` and then ends. */
const work = workerData as Work;
takeChunks(work, new Scorer(work.scored));
