import { readFile } from 'node:fs/promises';
import type { BundleManifest } from '../bundle/manifest.ts';
import { openDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import type { Subject, Training } from '../evaluation/subject.ts';
import { type Views, viewsWords } from '../evaluation/views.ts';
import { createModel } from '../models/index.ts';
import { runFile } from '../store/paths.ts';
import { RunRecord } from '../store/run.ts';
import { viewsOf } from '../training/config.ts';
import { foldOf } from '../training/training-dataset.ts';
import { flowOf } from './flow.ts';

/** A run, asked in `views`, as the head of a report names it; `dataset` null where it is not there any more. */
export function runSubject(run: RunRecord, dataset: Dataset | null, views: Views = viewsOf(run)): Subject {
  const { best, model, engine, code } = run;
  const [height, width] = model.inputSize;
  const trimmed = run.preprocess.trim ? `, ${100 * run.preprocess.trim}% cut off each side` : '';
  const changes = code.dirty ? ' with changes' : '';
  return {
    kind: 'run',
    id: run.id,
    name: run.name,
    model: model.name,
    dataset: datasetFacts(dataset),
    facts: [
      ...(best === null
        ? []
        : fact('Checkpoint', `best, epoch ${best.epoch} by validation ${best.metric} (${best.value.toFixed(4)})`)),
      ...fact(
        'Input',
        `${height} × ${width}, ${model.channels === 1 ? 'grey' : 'colour'}, ${run.preprocess.fit}${trimmed}`,
      ),
      ...viewsFact(views),
      ...fact('Seed', String(run.seed)),
      ...fact('Code', `Osler ${code.version}${code.commit === null ? '' : `, ${code.commit.slice(0, 12)}`}${changes}`),
      ...fact(
        'Engine',
        `LibTorch ${engine.libtorch}, ${engine.capability}, ${engine.threads} threads, ${engine.device}`,
      ),
      ...fact('Trained', `${run.createdAt.slice(0, 10)}, ${Math.round(run.seconds)} s`),
    ],
    stamps: [...new Set([...run.stamps, ...(dataset?.record.stamps ?? [])])],
    leaks: run.leaks,
    training: trainingOf(run),
    ...(views === 'none' ? {} : { views }),
  };
}

/** A bundle as the head of a report names it. How it was trained is known where its run is at hand. */
export async function bundleSubject(
  home: string,
  bundle: { name: string; manifest: BundleManifest },
  dataset: Dataset | null,
): Promise<Subject> {
  const { run, preprocess, lineage, parity, model, stamps, leaks, views } = bundle.manifest;
  const { height, width, channels, fit } = preprocess;
  const record = await findRun(home, run);
  return {
    kind: 'bundle',
    id: bundle.name,
    name: bundle.name,
    model: model.name,
    dataset: datasetFacts(dataset),
    facts: [
      ...fact('From run', run),
      ...fact('Input', `${height} × ${width}, ${channels === 1 ? 'grey' : 'colour'}, ${fit}`),
      ...viewsFact(views),
      ...fact('Seed', String(lineage.seed)),
      ...fact('Code', `Osler ${lineage.oslerVersion}${lineage.code === null ? '' : `, ${lineage.code.slice(0, 12)}`}`),
      ...fact('Engine', `ONNX Runtime; within ${parity.maxDifference.toExponential(1)} of ${lineage.engine}`),
    ],
    stamps: [...new Set([...stamps, ...(dataset?.record.stamps ?? [])])],
    leaks,
    training: record === null ? null : trainingOf(record),
    ...(views === undefined ? {} : { views }),
  };
}

/**
 * The version that a run was trained on, as it was trained on it; null where it is not here: a bundle travels without its dataset, a
 * run's may have been removed. @param run its record, or its id: then the fold counts where the record is at hand.
 */
export async function openIfPresent(
  home: string,
  ref: { name: string; version: number },
  run: RunRecord | string,
): Promise<Dataset | null> {
  try {
    const dataset = await openDataset(home, `${ref.name}@${ref.version}`);
    const record = typeof run === 'string' ? await findRun(home, run) : run;
    return record === null ? dataset : foldView(dataset, foldOf(record));
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function fact(term: string, text: string): [string, string][] {
  return [[term, text]];
}

function viewsFact(views: Views | undefined): [string, string][] {
  const words = viewsWords(views);
  return words === null ? [] : fact('Views', words);
}

function datasetFacts(dataset: Dataset | null): Subject['dataset'] {
  if (dataset === null) return null;
  const { name, version, digest, splits, unreadable } = dataset.record;
  return { name, version, digest, splits, unreadable: unreadable.length, flow: flowOf(dataset) };
}

function trainingOf(run: RunRecord): Training {
  return {
    run: run.id,
    parameters: parametersOf(run),
    config: run.config,
    seconds: run.seconds,
    best: run.best,
  };
}

/** Null for a network that this version no longer knows. */
function parametersOf({ model }: RunRecord): number | null {
  try {
    return createModel(model.name, { classes: model.classes, channels: model.channels as 1 | 3 }).parameterCount();
  } catch {
    return null;
  }
}

async function findRun(home: string, id: string): Promise<RunRecord | null> {
  const text = await readFile(runFile(home, id), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = RunRecord.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
