import type { Side } from './compare.ts';

/** What more views of an image give is not the network's own: models that are asked in different ones differ by that too. */
export function viewsNotes(sides: readonly Pick<Side, 'subject'>[]): string[] {
  const all = sides.map(({ subject }) => subject.views ?? 'none');
  if (new Set(all).size < 2) return [];
  return [
    `They look at images in different views (${sides.map(({ subject }, i) => `${subject.name}: ${all[i]}`).join(', ')}): a difference may come from the views and not from the networks. Measure all in the same ones first (osler evaluate RUN --views).`,
  ];
}
