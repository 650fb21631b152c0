import { availableParallelism } from 'node:os';
import type { Dataset, Sample } from '../../data/sample.ts';
import { thumbnail } from '../../data/thumbnail.ts';
import { safe } from '../../evaluation/report/html.ts';

/** A sample as the page shows it. */
export interface Picture {
  sample: Sample;
  /** Data URL; null where the file is gone. */
  image: string | null;
}

/** Small pictures of some samples, by id. Each is read once; ids that are no sample are passed over. */
export async function takePictures(
  dataset: Dataset,
  ids: Iterable<string>,
  signal?: AbortSignal,
): Promise<Map<string, Picture>> {
  const wanted = new Set(ids);
  const samples = [...dataset.samples(), ...dataset.excluded].filter(({ id }) => wanted.has(id));
  const pictures = new Map<string, Picture>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let sample = samples[next++]; sample !== undefined; sample = samples[next++]) {
      signal?.throwIfAborted();
      pictures.set(sample.id, { sample, image: await thumbnail(dataset.path(sample)) });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return pictures;
}

/** A picture with what stands beside it: file, label, split or why it is in none, group. */
export function figure(id: string, pictures: ReadonlyMap<string, Picture>, remark = ''): string {
  const picture = pictures.get(id);
  if (picture === undefined) return `<figure><figcaption>${path(id)}</figcaption></figure>`;
  const { sample, image } = picture;
  const img = image === null ? '<div class="gone">cannot be read</div>' : `<img alt="" loading="lazy" src="${image}">`;
  const place =
    sample.excluded === undefined
      ? `<i class="place ${sample.split}">${sample.split}</i>`
      : '<i class="place nowhere">left out</i>';
  const group = sample.group === undefined ? '' : ` <small>${safe(sample.group)}</small>`;
  const more = remark === '' ? '' : `<small>${safe(remark)}</small>`;
  return `<figure>${img}<figcaption><b>${safe(sample.label)}</b> ${place}${group}${path(id)}${more}</figcaption></figure>`;
}

/** The file's name where it can be read, its folders small. */
function path(id: string): string {
  const cut = id.lastIndexOf('/') + 1;
  return `<code>${cut === 0 ? '' : `<small>${safe(id.slice(0, cut))}</small><wbr>`}${safe(id.slice(cut))}</code>`;
}
