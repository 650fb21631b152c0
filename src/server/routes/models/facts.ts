import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { type WhatWasLive, whatWasLive } from '../../../pipeline/deployments/live.ts';
import { lineageOf } from '../../../pipeline/models/lineage.ts';
import { diffVersions } from '../../../registry/diff.ts';
import { registeredFile, registeredFiles } from '../../../registry/files.ts';
import { needModel } from '../../../registry/metadata.ts';
import { findVersion, parseVersionRef, versionName } from '../../../registry/names.ts';
import { loadPolicy } from '../../../registry/policy.ts';
import type { Store } from '../../../store/store.ts';
import {
  CardInfo,
  DiffInfo,
  DiffQuery,
  failures,
  LineageInfo,
  LiveInfo,
  LiveQuery,
  Name,
  NoQuery,
  PolicyInfo,
  VersionParams,
} from './contract.ts';

const tags = ['registry'];
/** Newest versions of a model that one picture shows. */
const MOST_VERSIONS = 30;

/** What is known of models: where they come from, what they say of themselves, what was live when. */
export function factRoutes(store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/models/:name/policy',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What the policy asks of the versions of a model',
          params: Name,
          querystring: NoQuery,
          response: { 200: PolicyInfo, ...failures },
        },
      },
      async ({ params }) => {
        const { name } = await needModel(store.registry, params.name);
        const policy = loadPolicy(store.home);
        return { written: policy.file !== null, digest: policy.digest, rules: policy.of(name) };
      },
    );
    app.get(
      '/v1/models/:name/lineage',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Where its newest versions come from, and where they answer',
          params: Name,
          querystring: NoQuery,
          response: { 200: LineageInfo, ...failures },
        },
      },
      async ({ params }) => {
        const { name } = await needModel(store.registry, params.name);
        return lineageOf(store, (await store.registry.versions(name)).slice(0, MOST_VERSIONS));
      },
    );
    app.get(
      '/v1/models/:name/versions/:version/lineage',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Where one version comes from, and where it answers',
          params: VersionParams,
          querystring: NoQuery,
          response: { 200: LineageInfo, ...failures },
        },
      },
      async ({ params }) => lineageOf(store, [await versionOf(store, params)]),
    );
    app.get(
      '/v1/models/:name/versions/:version/card',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What a version says of itself: its model card, and the manifest of its bundle, checked',
          params: VersionParams,
          querystring: NoQuery,
          response: { 200: CardInfo, ...failures },
        },
      },
      async ({ params }) => {
        const row = await versionOf(store, params);
        const { bundle, source } = row.record;
        if (bundle === null) {
          throw new OslerError('NOT_FOUND', `${versionName(row)} is no bundle of Osler's: it has no model card here.`, {
            hint: `It was registered by another program; its files are at ${source}.`,
          });
        }
        const files = await registeredFiles(store, bundle.digest);
        const manifest = JSON.parse(await fileText(store, bundle.digest, 'bundle.json'));
        const markdown = files.has('model-card.md') ? await fileText(store, bundle.digest, 'model-card.md') : null;
        return { markdown, manifest };
      },
    );
    app.get(
      '/v1/models/:name/versions/:version/differences',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What differs from another version: lineage, recipe, metrics, what they decide by',
          params: VersionParams,
          querystring: DiffQuery,
          response: { 200: DiffInfo, ...failures },
        },
      },
      async ({ params, query: { against } }) => {
        const first = await findVersion(store.registry, parseVersionRef(against));
        const second = await versionOf(store, params);
        const differences = await diffVersions(store, first, second);
        return { first: versionName(first), second: versionName(second), differences };
      },
    );
    app.get(
      '/v1/live',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What was live at a moment: by alias, and in deployments; who put it there, and who had approved it',
          description: 'Read from the audit trail and from revisions that are written once, exact to the millisecond.',
          querystring: LiveQuery,
          response: { 200: LiveInfo, ...failures },
        },
      },
      async ({ query: { at, alias } }) =>
        liveOut(
          await whatWasLive(store, {
            ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
            ...(alias === undefined ? {} : { alias }),
          }),
        ),
    );
  };
}

const versionOf = (store: Store, { name, version }: { name: string; version: number }) =>
  findVersion(store.registry, { model: name, version });

/** Small ones: cards and manifests. */
async function fileText(store: Store, digest: string, name: string): Promise<string> {
  const { body } = await registeredFile(store, digest, name);
  return Buffer.concat(await body.toArray()).toString('utf8');
}

function liveOut({ at, alias, models, deployments }: WhatWasLive): z.infer<typeof LiveInfo> {
  return {
    at,
    alias,
    models: models.map(({ model, version, since, rollback, override, standing }) => {
      const { status, digest, source, registered, approvals } = standing;
      return { model, version, since, rollback, override, status, digest, source, registered, approvals };
    }),
    deployments: deployments.map(({ revision, ...rest }) => ({
      ...rest,
      revision: { ...revision, at: new Date(revision.at).toISOString() },
    })),
  };
}
