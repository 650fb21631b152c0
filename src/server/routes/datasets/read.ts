import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { balance } from '../../../audit/balance.ts';
import type { BalanceResult } from '../../../audit/balance-result.ts';
import { readAudit } from '../../../audit/write.ts';
import { readAmendments } from '../../../data/amendments.ts';
import { datasetNames, findRecord, readAcceptance, versionsOf } from '../../../data/dataset.ts';
import type { DatasetRecord, Sample } from '../../../data/sample.ts';
import { OslerError } from '../../../errors.ts';
import { countChanges, difference } from '../../../pipeline/datasets/difference.ts';
import type { DatasetShelf, OpenVersion } from '../../../pipeline/datasets/shelf.ts';
import { ruleText } from '../../../pipeline/datasets/words.ts';
import { ErrorBody } from '../../contract.ts';
import {
  BalanceInfo,
  DatasetList,
  type DatasetSummary,
  DatasetVersion,
  DifferencePage,
  DifferenceQuery,
  NameParams,
  VersionParams,
  VersionSummary,
} from './contract.ts';
import { sampleInfo } from './sample-info.ts';

const tags = ['datasets'];
const failures = { 400: ErrorBody, 404: ErrorBody };

/** What data sets there are, their versions, and what is in them. */
export function readRoutes(shelf: DatasetShelf): FastifyPluginAsyncZod {
  const { home } = shelf;
  const balances = new WeakMap<OpenVersion, BalanceResult>();
  return async (app) => {
    app.get(
      '/datasets',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'All data sets, each by its newest version',
          response: { 200: DatasetList },
        },
      },
      () => listAll(home),
    );
    app.get(
      '/datasets/:name/versions',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'The versions of a data set, newest first',
          params: NameParams,
          response: { 200: z.object({ versions: z.array(VersionSummary) }), ...failures },
        },
      },
      async ({ params: { name } }) => {
        // Throws for a name that there is none of.
        await findRecord(home, name);
        const versions = (await versionsOf(home, name)).reverse();
        return { versions: await Promise.all(versions.map((version) => versionSummary(home, name, version))) };
      },
    );
    app.get(
      '/datasets/:name/versions/:version',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'A version: what it holds, and how it came about',
          params: VersionParams,
          response: { 200: DatasetVersion, ...failures },
        },
      },
      async ({ params: { name, version } }) => versionOf(home, await shelf.version(name, version)),
    );
    app.get(
      '/datasets/:name/versions/:version/balance',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Images by class, split and subgroup, and what is too small to be measured',
          params: VersionParams,
          response: { 200: BalanceInfo, ...failures },
        },
      },
      async ({ params: { name, version } }) => {
        const open = await shelf.version(name, version);
        const known = balances.get(open) ?? balance(open.dataset);
        balances.set(open, known);
        return { classes: open.dataset.record.classes, ...known };
      },
    );
    app.get(
      '/datasets/:name/versions/:version/difference',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What differs from another version, image by image',
          params: VersionParams,
          querystring: DifferenceQuery,
          response: { 200: DifferencePage, ...failures },
        },
      },
      async ({ params: { name, version }, query: { from, kind, offset, limit } }) => {
        const before = await shelf.version(name, from);
        const after = await shelf.version(name, version);
        const changed = difference(before, after);
        const wanted = kind === undefined ? changed : changed.filter(({ kinds }) => kinds.includes(kind));
        const show = (of: OpenVersion, sample: Sample | null) => (sample === null ? null : sampleInfo(of, sample));
        return {
          counts: countChanges(changed) as Record<string, number>,
          total: wanted.length,
          offset,
          changes: wanted.slice(offset, offset + limit).map((one) => ({
            kinds: one.kinds,
            before: show(before, one.before),
            after: show(after, one.after),
          })),
        };
      },
    );
  };
}

/** One that can't be read hides no other. */
async function listAll(home: string): Promise<DatasetList> {
  const list: DatasetList = { datasets: [], damaged: [] };
  for (const name of await datasetNames(home)) {
    try {
      list.datasets.push(await summaryOf(home, await findRecord(home, name)));
    } catch (error) {
      if (!(error instanceof OslerError)) throw error;
      list.damaged.push(name);
    }
  }
  return list;
}

async function summaryOf(home: string, record: DatasetRecord): Promise<DatasetSummary> {
  const { name, version, createdAt, samples, classes, stamps, leaks } = record;
  const audit = await readAudit(home, record);
  const levels = (level: string): number => audit!.findings.filter((finding) => finding.level === level).length;
  return {
    name,
    version,
    versions: (await versionsOf(home, name)).length,
    createdAt,
    samples,
    leftOut: leftOut(record),
    classes: classes.map((label) => ({
      name: label,
      samples: Object.values(record.splits).reduce((sum, counts) => sum + (counts[label] ?? 0), 0),
    })),
    splits: splitSizes(record),
    stamps,
    leaks,
    accepted: (await readAcceptance(home, record)) !== null,
    findings: audit === null ? null : { problem: levels('problem'), warning: levels('warning'), note: levels('note') },
  };
}

async function versionSummary(home: string, name: string, version: number): Promise<VersionSummary> {
  const record = await findRecord(home, `${name}@${version}`);
  const { createdAt, digest, parent, samples, stamps, leaks } = record;
  return {
    version,
    createdAt,
    digest,
    parent,
    samples,
    leftOut: leftOut(record),
    splits: splitSizes(record),
    rule: ruleText(record),
    stamps,
    leaks,
    amended: (await readAmendments(home, record)).size,
  };
}

async function versionOf(home: string, { dataset, samples, columns }: OpenVersion): Promise<DatasetVersion> {
  const { unreadable, leftOut: notTaken, ...record } = dataset.record;
  const side = (of: 'width' | 'height') => {
    const values = Float64Array.from(samples, (sample) => sample[of]).sort();
    return { min: values[0] ?? 0, median: values[values.length >> 1] ?? 0, max: values.at(-1) ?? 0 };
  };
  return {
    ...record,
    images: samples.length,
    rule: ruleText(dataset.record),
    // Not what was read when the version was opened: somebody may have accepted since.
    accepted: await readAcceptance(home, dataset.record),
    unreadable: unreadable.length,
    columns: columns.map(({ name, values }) => ({ name, values })),
    sizes: { width: side('width'), height: side('height') },
    notTaken: notTaken.map(({ reason, count }) => ({ reason, count })),
  };
}

const leftOut = ({ excluded }: DatasetRecord): number => Object.values(excluded).reduce((a, b) => a + b, 0);

function splitSizes({ splits }: DatasetRecord): { train: number; val: number; test: number } {
  const size = (split: 'train' | 'val' | 'test') => Object.values(splits[split] ?? {}).reduce((a, b) => a + b, 0);
  return { train: size('train'), val: size('val'), test: size('test') };
}
