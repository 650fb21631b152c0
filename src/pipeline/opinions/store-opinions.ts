import type { Bundle } from '../../bundle/open.ts';
import { OslerError } from '../../errors.ts';
import type { Held, Version } from '../../serving/deployments/loaded.ts';
import { PixelPool } from '../../serving/pixel-pool.ts';
import { createPredictor, type Predictor } from '../../serving/predictor.ts';
import type { Store } from '../../store/store.ts';
import { findAskable, listAskable } from './find.ts';
import type { Askable, Opinions } from './opinions.ts';

interface Loaded {
  held: Promise<Held>;
  using: number;
  idle: NodeJS.Timeout | undefined;
}

export interface OpinionOptions {
  /** ONNX Runtime's, for each model. */
  threads?: number;
  /** Who serves models in this process already: what is deployed is not loaded twice, and all share its threads. */
  hold?: ((version: Version) => Promise<Held>) | undefined;
  /** Models in memory at once, beyond those that are being asked. Default 2: what a person compares. */
  most?: number;
  /** Milliseconds after its last question that a model stays in memory. */
  idleMs?: number;
}

/** Images under way in one model: a person who drops a hundred is answered in turn. */
const PENDING = 16;
const IDLE_MS = 5 * 60_000;
const MANIFESTS = 64;

/** Opinions of the registered versions and the bundles of a home. A model is loaded when it is first asked, and put away when it is not. */
export function openOpinions(
  store: Pick<Store, 'home' | 'registry' | 'artifacts'>,
  options: OpinionOptions = {},
): Opinions {
  const { most = 2, idleMs = IDLE_MS, threads, hold } = options;
  const loaded = new Map<string, Loaded>();
  const manifests = new Map<string, Bundle['manifest']>();
  let pixels: PixelPool | undefined;

  const putAway = (digest: string): void => {
    const entry = loaded.get(digest);
    if (entry === undefined || entry.using > 0) return;
    loaded.delete(digest);
    clearTimeout(entry.idle);
    void entry.held.then(({ release }) => release()).catch(() => undefined);
  };
  const makeRoom = (): void => {
    for (const [digest, { using }] of loaded) {
      if (loaded.size <= most) return;
      if (using === 0) putAway(digest);
    }
  };
  const remember = (digest: string, manifest: Bundle['manifest']): void => {
    manifests.set(digest, manifest);
    for (const old of manifests.keys()) if (manifests.size > MANIFESTS) manifests.delete(old);
  };
  const load = async (asked: Askable & { digest: string }, open: () => Promise<Bundle>): Promise<Held> => {
    const opened = async (): Promise<Bundle> => {
      const bundle = await open();
      remember(asked.digest, bundle.manifest);
      return bundle;
    };
    if (hold !== undefined)
      return hold({ model: asked.name, version: asked.version ?? 0, digest: asked.digest, open: opened });
    pixels ??= new PixelPool();
    const predictor = await createPredictor(await opened(), { pixels, ...(threads === undefined ? {} : { threads }) });
    return { predictor, release: () => predictor.close() };
  };
  const use = async <T>(
    asked: Askable & { digest: string },
    open: () => Promise<Bundle>,
    work: (predictor: Predictor) => Promise<T>,
  ): Promise<T> => {
    const { digest } = asked;
    const known = loaded.get(digest);
    if (known !== undefined && known.using >= PENDING)
      throw new OslerError('OVERLOADED', `${known.using} images are being answered by this model already.`, {
        hint: 'Try again in a moment.',
      });
    // In order of their last use.
    loaded.delete(digest);
    const entry = known ?? { held: load(asked, open), using: 0, idle: undefined };
    loaded.set(digest, entry);
    clearTimeout(entry.idle);
    entry.using += 1;
    try {
      makeRoom();
      return await work((await entry.held).predictor);
    } catch (error) {
      await entry.held.catch(() => {
        if (loaded.get(digest) === entry) loaded.delete(digest);
      });
      throw error;
    } finally {
      entry.using -= 1;
      if (entry.using === 0 && loaded.get(digest) === entry) {
        entry.idle = setTimeout(() => putAway(digest), idleMs);
        entry.idle.unref();
        makeRoom();
      }
    }
  };
  return {
    list: () => listAskable(store),
    async manifest(of) {
      const { asked, open } = await findAskable(store, of);
      const known = manifests.get(asked.digest);
      if (known !== undefined) return { asked, manifest: known };
      const { manifest } = await open();
      remember(asked.digest, manifest);
      return { asked, manifest };
    },
    async ask(of, image, options) {
      const { asked, open } = await findAskable(store, of);
      return use(asked, open, async (predictor) => {
        const [prediction] = await predictor.predict([image], { ...options, priority: 'low' });
        if (prediction === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
        if (prediction instanceof OslerError) throw prediction;
        return { asked, manifest: predictor.manifest, prediction };
      });
    },
    async close() {
      const all = [...loaded.values()];
      loaded.clear();
      for (const { idle } of all) clearTimeout(idle);
      await Promise.all(all.map(({ held }) => held.then(({ release }) => release()).catch(() => undefined)));
      await pixels?.close();
    },
  };
}
