import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import { replaceDirectory } from '../store/files.ts';
import type { SigningKey } from '../store/signing-key.ts';
import type { BundleManifest } from './manifest.ts';
import { type GraphShapes, mlflowFiles } from './mlmodel.ts';
import { checkManifest } from './open.ts';
import { signManifest } from './signature.ts';

export interface BundleContent {
  manifest: Omit<BundleManifest, 'format' | 'files'>;
  /** The ONNX graph. */
  model: Uint8Array;
  graph: GraphShapes;
  /** The model card, in Markdown; absent where nothing was measured. */
  card?: string;
  key: SigningKey;
}

/** Throws ALREADY_EXISTS when the folder `dir` holds something else than a bundle, which would be lost. */
export function checkVacant(dir: string): void {
  if (!existsSync(dir) || existsSync(join(dir, 'bundle.json')) || readdirSync(dir).length === 0) return;
  throw new OslerError('ALREADY_EXISTS', `${dir} exists and is not a bundle.`, { hint: 'Name another folder.' });
}

/**
 * Writes a signed bundle as the folder `dir`, whole or not at all: bundle.json, model.onnx, model-card.md, MLflow's files,
 * signature.json.
 * An older bundle there is replaced. Throws ALREADY_EXISTS when the folder holds something else, BUNDLE_INVALID when the
 * manifest contradicts itself.
 */
export async function writeBundle(dir: string, content: BundleContent): Promise<BundleManifest> {
  checkVacant(dir);
  const facts = { format: formatOf(content.manifest), ...content.manifest };
  const files: Record<string, string | Uint8Array> = {
    'model.onnx': content.model,
    ...(content.card === undefined ? {} : { 'model-card.md': content.card }),
    ...mlflowFiles(facts, content.graph),
  };
  const hashes = Object.entries(files).map(([name, data]) => [name, createHash('sha256').update(data).digest('hex')]);
  const manifest = checkManifest({ ...facts, files: Object.fromEntries(hashes.sort()) });
  const json = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await replaceDirectory(dir, async (folder) => {
    for (const [name, data] of Object.entries(files)) await writeFile(join(folder, name), data);
    await writeFile(join(folder, 'bundle.json'), json);
    await writeFile(join(folder, 'signature.json'), signManifest(json, content.key));
  });
  return manifest;
}

/** The oldest that holds what the bundle decides by. */
function formatOf({ calibration, classRule }: BundleContent['manifest']): BundleManifest['format'] {
  if (classRule !== null) return 'osler-bundle/3';
  return calibration === null || calibration.method === 'temperature' ? 'osler-bundle/1' : 'osler-bundle/2';
}
