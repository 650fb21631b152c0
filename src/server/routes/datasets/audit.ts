import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Audit } from '../../../audit/audit.ts';
import { readAudit } from '../../../audit/write.ts';
import { readAcceptance } from '../../../data/dataset.ts';
import { OslerError } from '../../../errors.ts';
import { type FindingSet, setsOf } from '../../../pipeline/datasets/finding-sets.ts';
import type { DatasetShelf, OpenVersion } from '../../../pipeline/datasets/shelf.ts';
import { ErrorBody } from '../../contract.ts';
import { AuditAnswer, type AuditInfo, SetsPage, SetsQuery, VersionParams } from './contract.ts';
import { sampleInfo } from './sample-info.ts';

const tags = ['datasets'];
const failures = { 400: ErrorBody, 404: ErrorBody };
/** Of one set: a picture that occurs a hundred times is seen in the first few. */
const MEMBERS = 12;

/** What an audit found, and the images behind it side by side. */
export function auditRoutes(shelf: DatasetShelf): FastifyPluginAsyncZod {
  const auditOf = async (name: string, version: number): Promise<{ open: OpenVersion; audit: Audit | null }> => {
    const open = await shelf.version(name, version);
    const audit = await readAudit(shelf.home, { name, version });
    return { open, audit: audit?.dataset.digest === open.dataset.record.digest ? audit : null };
  };
  return async (app) => {
    app.get(
      '/datasets/:name/versions/:version/audit',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What the audit of a version found',
          params: VersionParams,
          response: { 200: AuditAnswer, ...failures },
        },
      },
      async ({ params: { name, version } }) => {
        const { audit } = await auditOf(name, version);
        if (audit === null) return { audit: null };
        return { audit: infoOf({ ...audit, accepted: await readAcceptance(shelf.home, { name, version }) }) };
      },
    );
    app.get(
      '/datasets/:name/versions/:version/audit/sets',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'The images behind a finding, set by set',
          params: VersionParams,
          querystring: SetsQuery,
          response: { 200: SetsPage, ...failures },
        },
      },
      async ({ params: { name, version }, query: { check, offset, limit } }) => {
        const { open, audit } = await auditOf(name, version);
        if (audit === null) {
          throw new OslerError('NOT_FOUND', `${name}@${version} was not audited yet.`, {
            hint: `POST /v1/datasets/${name}/versions/${version}/audit does it; so does osler data audit ${name}@${version}`,
          });
        }
        const sets = setsOf(audit, check);
        return {
          total: sets.length,
          offset,
          sets: sets.slice(offset, offset + limit).map((set) => setInfo(open, set)),
        };
      },
    );
  };
}

function setInfo(open: OpenVersion, { title, members }: FindingSet): SetsPage['sets'][number] {
  const known = members.flatMap(({ id, remark }) => {
    const number = open.numbers.get(id);
    return number === undefined ? [] : [{ ...sampleInfo(open, open.samples[number - 1]!), remark }];
  });
  return { title, members: known.slice(0, MEMBERS), more: Math.max(0, known.length - MEMBERS) };
}

function infoOf(audit: Audit): AuditInfo {
  const { createdAt, seconds, findings, leakCounts, accepted, conflictingLabels, classSizes, unreadable } = audit;
  const moves = Map.groupBy(audit.moved, ({ from, to }) => `${from} ${to}`);
  const shortcut = audit.shortcut === null ? null : { ...audit.shortcut, examples: undefined, unreadable: undefined };
  return {
    createdAt,
    seconds,
    findings: findings.map((finding) => ({ ...finding, sets: setsOf(audit, finding.check).length })),
    leaks: leakCounts,
    accepted,
    conflictingLabels,
    classSizes,
    moved: [...moves.values()].map((list) => ({ from: list[0]!.from, to: list[0]!.to, images: list.length })),
    unreadable,
    shortcut,
  };
}
