import { createHash } from 'node:crypto';
import type { BundleManifest } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/open.ts';
import { OslerError } from '../errors.ts';
import { canonicalJson } from '../store/canonical.ts';
import type { Actor, RegistryWriter, VersionRecord, VersionRow } from '../store/registry/types.ts';
import type { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { checkModelName, findVersion, parseVersionRef, versionName } from './names.ts';
import { bundleDigest, keepBundle } from './open.ts';
import { shareBundle } from './share.ts';

export interface Registration {
  /** Of the registered model, which is made when there is none. */
  name: string;
  bundle: Bundle;
  description?: string;
  why?: string;
  tags?: Record<string, string>;
  /** The registered version that it was made from, as `skin@3`. */
  parent?: string;
  /** The run's record where it is at hand, and who started it where that is known. */
  run?: RunRecord;
  trainer?: string;
}

/** Where MLflow's clients find a registered bundle: below this, by its digest. */
export const REGISTERED_SOURCE = 'mlflow-artifacts:/registry/';

/**
 * Registers a bundle as the next version of a model: keeps a copy of its own, writes the record, signed, and tells the trail.
 * Throws ALREADY_EXISTS when a version of that model gives the same answers already, NOT_FOUND for a parent that is not there.
 */
export async function registerBundle(store: Store, actor: Actor, asked: Registration): Promise<VersionRow> {
  checkModelName(asked.name);
  const digest = await bundleDigest(asked.bundle.dir);
  const parent = asked.parent === undefined ? null : await findVersion(store.registry, parseVersionRef(asked.parent));
  const record = recordOf(asked, digest, parent, actor);
  await refuseSame(store.registry, asked.name, record);
  // Before the row: a version that is listed can be opened.
  await keepBundle(store.home, asked.bundle, digest);
  const files = [...Object.keys(asked.bundle.manifest.files), 'bundle.json', 'signature.json'];
  await shareBundle(store.home, digest, files, store.artifacts);
  return store.registry.change(actor, async (registry) => {
    // Another may have come meanwhile.
    await refuseSame(registry, asked.name, record);
    return addVersion(registry, asked.name, record, asked);
  });
}

async function refuseSame(
  registry: Pick<RegistryWriter, 'versions'>,
  name: string,
  { bundle: asked }: VersionRecord,
): Promise<void> {
  const same = (await registry.versions(name)).find(({ record: { bundle } }) => bundle?.answers === asked!.answers);
  if (same === undefined) return;
  const what =
    same.record.bundle?.digest === asked!.digest ? 'This very bundle' : 'A bundle that gives the same answers';
  throw new OslerError('ALREADY_EXISTS', `${what} is ${versionName(same)} already.`, {
    hint: `osler models show ${versionName(same)}`,
  });
}

/** Writes the next version of a model, which is made when there is none, and its events. */
export async function addVersion(
  registry: RegistryWriter,
  name: string,
  record: VersionRecord,
  told: { description?: string; why?: string; tags?: Record<string, string> },
): Promise<VersionRow> {
  let model = await registry.model(name);
  if (model === null) {
    model = await registry.addModel(name, null);
    await registry.event({ what: 'model.create', subject: name, after: { name, description: null, tags: {} } });
  }
  const description = told.description ?? null;
  const version = await registry.addVersion(model.id, record, description);
  const tags = told.tags ?? {};
  for (const [key, value] of Object.entries(tags)) await registry.setVersionTag(model.id, version, key, value);
  const row = (await registry.version(name, version))!;
  await registry.event({
    what: 'version.register',
    subject: versionName(row),
    why: told.why ?? null,
    after: {
      version,
      kind: record.kind,
      digest: record.bundle?.digest ?? null,
      source: record.source,
      run: record.runId,
      parent: record.lineage.parent,
      trainer: record.lineage.trainer,
      description,
      tags,
      seal: row.signature,
    },
  });
  return row;
}

function recordOf(asked: Registration, digest: string, parent: VersionRow | null, actor: Actor): VersionRecord {
  const { manifest, signer } = asked.bundle;
  const { run } = asked;
  const config = run?.config;
  const model = config?.model as { pretrained?: string | null } | undefined;
  return {
    format: 'osler-version/1',
    kind: 'bundle',
    registeredBy: actor.who,
    source: `${REGISTERED_SOURCE}${digest}`,
    location: null,
    runId: manifest.run,
    runLink: null,
    modelId: null,
    bundle: {
      digest,
      answers: answersOf(manifest),
      signer: signer.keyId,
      run: manifest.run,
      createdAt: manifest.createdAt,
      network: manifest.model.name,
      labels: manifest.labels,
      positive: manifest.operatingPoint?.positive ?? null,
      metrics: manifest.metrics,
      stamps: manifest.stamps,
      leaks: manifest.leaks,
    },
    lineage: {
      trainer: asked.trainer ?? null,
      dataset: manifest.dataset,
      code: manifest.lineage.code,
      oslerVersion: manifest.lineage.oslerVersion,
      engine: manifest.lineage.engine,
      seed: manifest.lineage.seed,
      config: config === undefined ? null : createHash('sha256').update(canonicalJson(config)).digest('hex'),
      pretrained: model?.pretrained ?? null,
      parent: parent && { model: parent.model, version: parent.version },
    },
  };
}

function answersOf(manifest: BundleManifest): string {
  const { run, labels, preprocess, temperature, calibration, operatingPoint, classRule, conformal, outOfDistribution } =
    manifest;
  const decided = {
    ...{ run, labels, preprocess, temperature, calibration, operatingPoint, conformal, outOfDistribution },
    // Absent where there is none: bundles from before there was one keep their digest.
    ...(classRule && { classRule }),
  };
  return createHash('sha256')
    .update(canonicalJson({ graph: manifest.files['model.onnx'], ...decided }))
    .digest('hex');
}
