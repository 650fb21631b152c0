import { useSyncExternalStore } from 'react';
import { asFault, type Fault } from '../../api/fault.ts';
import { askImage } from './ask-image.ts';
import type { Answer } from './queries.ts';

export type Told =
  | { state: 'waiting' }
  | { state: 'asking' }
  | { state: 'answered'; answer: Answer; milliseconds: number }
  | { state: 'failed'; fault: Fault };

/** One image that somebody dropped. It stays in this tab: nothing of it is kept elsewhere. */
export interface Shot {
  id: number;
  file: File;
  /** Addresses inside of this tab; `small` is null where the browser can't show such images. */
  url: string;
  small: string | null;
  /** Whether the browser shows it; null until that is known. */
  shows: boolean | null;
  /** By whom was asked. */
  told: Record<string, Told>;
  /** What turned out to be true, by the answer it was said of. */
  truth: Record<string, string>;
}

/** Asked at once: the server computes on, and others come in between. */
const AT_ONCE = 3;
export const MOST_SHOTS = 500;
const SMALL = 160;
/** Small copies made at once. */
const SHRUNK_AT_ONCE = 4;
/** Milliseconds for which changes are told of together: of hundreds of images each has several. */
const TELL_MS = 30;
/** For which images that were put away can be brought back. */
const GONE_MS = 15_000;

/** The images of this tab, and what was said of them. They stay while one looks at other pages. */
class Tray {
  private shots: readonly Shot[] = [];
  private readonly watchers = new Set<() => void>();
  /** Whether the browser shows them, by id. */
  private readonly seen = new Map<number, Promise<string | null>>();
  private readonly queue: { id: number; ref: string; key: string | undefined }[] = [];
  private readonly toShrink: { id: number; done: (small: string | null) => void }[] = [];
  private telling = false;
  private controller = new AbortController();
  private running = 0;
  private next = 1;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly snapshot = (): readonly Shot[] => this.shots;

  /** Those beyond the limit are left away. Answers how many were taken, and the first of them. */
  add(files: readonly File[]): { taken: number; first: number | null } {
    const room = Math.max(0, MOST_SHOTS - this.shots.length);
    const added = files.slice(0, room).map((file): Shot => {
      const id = this.next++;
      return { id, file, url: URL.createObjectURL(file), small: null, shows: null, told: {}, truth: {} };
    });
    this.shots = [...this.shots, ...added];
    this.tell();
    for (const { id } of added) {
      const seen = Promise.withResolvers<string | null>();
      this.seen.set(id, seen.promise);
      this.toShrink.push({ id, done: seen.resolve });
    }
    for (let i = 0; i < SHRUNK_AT_ONCE; i++) void this.shrinkNext();
    return { taken: added.length, first: added[0]?.id ?? null };
  }

  /** Asks for what is not said yet. */
  ask(refs: readonly string[], key?: string): void {
    for (const { id, told } of this.shots) {
      for (const ref of refs) {
        if (told[ref] !== undefined) continue;
        this.note(id, ref, { state: 'waiting' });
        this.queue.push({ id, ref, key });
      }
    }
    this.work();
  }

  again(id: number, ref: string): void {
    this.note(id, ref, { state: 'waiting' });
    this.queue.push({ id, ref, key: undefined });
    this.work();
  }

  setTruth(id: number, prediction: string, label: string): void {
    const shot = this.shots.find((one) => one.id === id);
    if (shot !== undefined) this.change(id, { truth: { ...shot.truth, [prediction]: label } });
  }

  remove(id: number): void {
    this.forget(this.shots.filter((shot) => shot.id === id));
    this.shots = this.shots.filter((shot) => shot.id !== id);
    this.tell();
  }

  /** Lets go of all images, and of what is under way. @returns what brings them back, for a while. */
  clear(): () => void {
    this.controller.abort();
    this.controller = new AbortController();
    this.queue.length = 0;
    const gone = this.shots;
    this.shots = [];
    this.tell();
    let back = false;
    setTimeout(() => !back && this.forget(gone), GONE_MS);
    return () => {
      back = true;
      // What was not answered yet is asked again.
      const answered = (told: Shot['told']) =>
        Object.fromEntries(Object.entries(told).filter(([, { state }]) => state === 'answered' || state === 'failed'));
      this.shots = [...gone.map((shot) => ({ ...shot, told: answered(shot.told) })), ...this.shots];
      this.tell();
    };
  }

  private async shrinkNext(): Promise<void> {
    for (let next = this.toShrink.shift(); next !== undefined; next = this.toShrink.shift()) {
      const { id, done } = next;
      const shot = this.shots.find((one) => one.id === id);
      const small = shot === undefined ? null : await shrink(shot.file);
      this.change(id, { small, shows: small !== null });
      done(small);
    }
  }

  private work(): void {
    while (this.running < AT_ONCE) {
      const job = this.queue.shift();
      if (job === undefined) return;
      const shot = this.shots.find(({ id }) => id === job.id);
      if (shot === undefined) continue;
      this.running += 1;
      void this.answer(shot, job.ref, job.key).finally(() => {
        this.running -= 1;
        this.work();
      });
    }
  }

  private async answer({ id, file }: Shot, ref: string, key: string | undefined): Promise<void> {
    const { signal } = this.controller;
    this.note(id, ref, { state: 'asking' });
    try {
      const seen = (await this.seen.get(id)) !== null;
      const started = performance.now();
      const answer = await askImage(ref, file, { heatmap: seen ? 'map' : 'true', key, signal });
      this.note(id, ref, { state: 'answered', answer, milliseconds: performance.now() - started });
    } catch (error) {
      if (!signal.aborted) this.note(id, ref, { state: 'failed', fault: asFault(error) });
    }
  }

  private note(id: number, ref: string, told: Told): void {
    const shot = this.shots.find((one) => one.id === id);
    if (shot !== undefined) this.change(id, { told: { ...shot.told, [ref]: told } });
  }

  private change(id: number, facts: Partial<Shot>): void {
    this.shots = this.shots.map((shot) => (shot.id === id ? { ...shot, ...facts } : shot));
    this.tell();
  }

  private forget(shots: readonly Shot[]): void {
    for (const { id, url, small } of shots) {
      this.seen.delete(id);
      URL.revokeObjectURL(url);
      if (small !== null) URL.revokeObjectURL(small);
    }
  }

  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    setTimeout(() => {
      this.telling = false;
      for (const watcher of this.watchers) watcher();
    }, TELL_MS);
  }
}

/** A small copy, so that a hundred photographs in a list weigh little; null where the browser can't read the format (TIFF). */
async function shrink(file: File): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: SMALL, resizeQuality: 'medium' });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
    bitmap.close();
    return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 }));
  } catch {
    return null;
  }
}

export const tray = new Tray();

export function useShots(): readonly Shot[] {
  return useSyncExternalStore(tray.subscribe, tray.snapshot);
}
