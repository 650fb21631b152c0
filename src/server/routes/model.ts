import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { calibrationOf } from '../../bundle/calibration.ts';
import type { BundleManifest } from '../../bundle/manifest.ts';
import { countsOf } from '../../store/leak-stamp.ts';
import { ModelInfo } from '../contract.ts';

/** @param manifestOf of the bundle that is served at the moment. */
export function modelRoutes(manifestOf: () => BundleManifest): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/model/info',
      {
        config: { may: 'read' },
        schema: {
          tags: ['prediction'],
          summary: 'What is served, and what is known of it',
          response: { 200: ModelInfo },
        },
      },
      async () => infoOf(manifestOf()),
    );
  };
}

/** What the page and clients need to know of a bundle, without its numbers' insides. */
export function infoOf(manifest: BundleManifest): ModelInfo {
  const {
    model,
    run,
    createdAt,
    labels,
    preprocess,
    views = 'none',
    temperature,
    operatingPoint,
    classRule,
    conformal,
    outOfDistribution,
    metrics,
    dataset,
    stamps,
    leaks,
    lineage,
  } = manifest;
  return {
    name: model.name,
    run,
    createdAt,
    labels,
    parameters: model.parameters,
    preprocess,
    views,
    temperature,
    calibration: calibrationOf(manifest).method,
    operatingPoint,
    classRule,
    conformal: conformal && {
      coverage: conformal.coverage,
      always: conformal.classes.filter(({ limit }) => limit === null).map(({ name }) => name),
    },
    outOfDistribution: outOfDistribution && { falseAlarmRate: outOfDistribution.falseAlarmRate },
    metrics,
    dataset,
    stamps,
    leaks: leaks && { ...countsOf(leaks), reason: leaks.accepted?.reason ?? null },
    oslerVersion: lineage.oslerVersion,
  };
}
