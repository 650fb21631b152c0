import { thumbnail } from '../data/thumbnail.ts';
import type { ErrorCases } from '../evaluation/error-cases.ts';

/** Longer side in pixels: sharp on a dense screen and on paper, and two dozen of them stay below half a megabyte. */
const SIDE = 224;

/** The cases with their pictures. `path` says where a sample's file is; a picture that cannot be had stays null. */
export async function withPictures(cases: ErrorCases, path: (id: string) => string | undefined): Promise<ErrorCases> {
  const pictures = new Map<string, string | null>();
  for (const { id } of [...cases.confident, ...cases.uncertain]) {
    const file = path(id);
    if (!pictures.has(id)) pictures.set(id, file === undefined ? null : await thumbnail(file, SIDE));
  }
  const fill = (list: ErrorCases['confident']): ErrorCases['confident'] =>
    list.map((one) => ({ ...one, image: pictures.get(one.id) ?? null }));
  return { ...cases, confident: fill(cases.confident), uncertain: fill(cases.uncertain) };
}
