import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Suspects } from '../../../audit/suspects/suspects.ts';
import { estimable, rareWords, takenFor } from '../../../audit/suspects/words.ts';
import { OslerError } from '../../../errors.ts';
import type { DatasetShelf, OpenVersion } from '../../../pipeline/datasets/shelf.ts';
import { beginSuspects } from '../../../pipeline/judging/begin.ts';
import { judgesOf, readSuspects } from '../../../pipeline/judging/found.ts';
import { findJudges, type Judges } from '../../../pipeline/suspects.ts';
import type { Store } from '../../../store/store.ts';
import { ErrorBody } from '../../contract.ts';
import { TrainingOut } from '../experiments/contract.ts';
import { trainingOut } from '../experiments/training-out.ts';
import { SuspectsAnswer, SuspectsBody, SuspectsQuery, VersionParams } from './contract.ts';
import { sampleInfo } from './sample-info.ts';

const tags = ['datasets'];
const failures = { 400: ErrorBody, 404: ErrorBody };

/** Labels that are likely wrong, as networks that did not learn from the images see it. */
export function suspectRoutes(shelf: DatasetShelf, store: Store): FastifyPluginAsyncZod {
  /** Throws NOT_FOUND, and USAGE for what was trained on another version. */
  const judgesFor = async (by: string, { dataset: { record } }: OpenVersion): Promise<Judges> => {
    const judges = await findJudges(store, by);
    const trained = 'run' in judges ? judges.run : judges.group;
    if (trained.dataset.digest === record.digest) return judges;
    const { name, version } = trained.dataset;
    throw new OslerError('USAGE', `"${trained.name}" was not trained on ${record.name}@${record.version}.`, {
      hint: `It judges the labels of ${name}@${version}.`,
    });
  };
  return async (app) => {
    app.get(
      '/datasets/:name/versions/:version/suspects',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Images whose label is likely wrong, the surest first, and the networks that judge',
          params: VersionParams,
          querystring: SuspectsQuery,
          response: { 200: SuspectsAnswer, ...failures },
        },
      },
      async ({ params: { name, version }, query: { by, ...wanted } }) => {
        const open = await shelf.version(name, version);
        const asked = by === undefined ? null : await judgesFor(by, open);
        const judges = await judgesOf(store, open.dataset.record, asked);
        const newest = judges
          .filter(({ judgedAt }) => judgedAt !== null)
          .sort((a, b) => (a.judgedAt! < b.judgedAt! ? 1 : -1))[0];
        const chosen = asked ?? (newest === undefined ? null : await judgesFor(newest.id, open));
        const found = chosen === null ? null : await readSuspects(store.home, chosen);
        const fits = found !== null && found.dataset.digest === open.dataset.record.digest;
        return { judges, found: fits ? foundOut(open, found, wanted) : null };
      },
    );
    app.post(
      '/datasets/:name/versions/:version/suspects',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Begin to judge the labels of a version, by a run or a group of runs that was trained on it',
          description: 'In a process of its own. GET /v1/trainings/ID says how far it is; POST .../stop ends it.',
          params: VersionParams,
          body: SuspectsBody,
          response: { 202: TrainingOut, ...failures, 409: ErrorBody },
        },
      },
      async ({ params: { name, version }, body: { by }, who }, reply) => {
        const judges = await judgesFor(by, await shelf.version(name, version));
        reply.code(202);
        return trainingOut(await beginSuspects(store, judges, who.name));
      },
    );
  };
}

function foundOut(
  open: OpenVersion,
  found: Suspects,
  { label, suggested, offset, limit }: Omit<SuspectsQuery, 'by'>,
): NonNullable<SuspectsAnswer['found']> {
  const { source, createdAt, judged, notJudged, estimated, notes } = found;
  const rare = rareWords(found);
  const fits = found.suspects.filter(
    (one) => (label === undefined || one.label === label) && (suggested === undefined || one.suggested === suggested),
  );
  return {
    by: source,
    createdAt,
    judged,
    notJudged,
    estimated: estimable(found) ? estimated : null,
    notes: [...notes, ...(rare === null ? [] : [rare])],
    all: found.suspects.length,
    pairs: takenFor(found).map(({ label: from, suggested: to, suspects }) => ({
      label: from,
      suggested: to,
      suspects,
    })),
    total: fits.length,
    offset,
    suspects: fits.slice(offset, offset + limit).flatMap(({ id, split: _, label: _same, ...rest }) => {
      const number = open.numbers.get(id);
      return number === undefined ? [] : [{ ...sampleInfo(open, open.samples[number - 1]!), ...rest, id }];
    }),
  };
}
