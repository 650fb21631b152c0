import type { BundleManifest } from '../../bundle/manifest.ts';
import type { HeatmapWish, Prediction } from '../../serving/predictor.ts';
import type { LeakCounts } from '../../store/leak-stamp.ts';
import type { VersionStatus } from '../../store/registry/types.ts';

/** A model that can be asked about an image by itself, whatever is deployed. */
export interface Askable {
  /** `version:skin@3` or `bundle:demo`. */
  of: string;
  kind: 'version' | 'bundle';
  /** Of the registered model, or of the bundle. */
  name: string;
  /** Of the registered model; null for a bundle that is not registered. */
  version: number | null;
  /** Null for a bundle that is not registered. */
  status: VersionStatus | null;
  aliases: string[];
  /** sha256 of the bundle's manifest; null where it is not known. */
  digest: string | null;
  network: string;
  labels: string[];
  stamps: string[];
  leaks: LeakCounts | null;
  createdAt: string;
}

/**
 * Opinions of models on images, one by one. An opinion is no answer of a deployment: it is not written down, and takes no feedback; it is
 * how a version is tried before it is deployed, and how two are compared on one image. Whoever waits for a deployment's answer goes first.
 */
export interface Opinions {
  /** Newest registered ones first, then bundles. */
  list(): Promise<Askable[]>;
  /** Throws NOT_FOUND, BUNDLE_ALTERED. */
  manifest(of: string): Promise<{ asked: Askable; manifest: BundleManifest }>;
  /** Throws what `manifest` does, OVERLOADED, ENGINE_FAILED, and the image's own error. */
  ask(
    of: string,
    image: Uint8Array,
    options: { heatmap: HeatmapWish; wanted?: AbortSignal | undefined },
  ): Promise<{ asked: Askable; manifest: BundleManifest; prediction: Prediction }>;
  close(): Promise<void>;
}
