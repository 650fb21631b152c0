import type { Sample } from '../../../data/sample.ts';
import type { OpenVersion } from '../../../pipeline/datasets/shelf.ts';
import type { SampleInfo } from './contract.ts';

/** A sample as it goes over HTTP: by its number, without the place of its file. */
export function sampleInfo({ numbers }: OpenVersion, sample: Sample): SampleInfo {
  const { id, label, split, excluded, group, cluster, width, height, meta } = sample;
  return {
    number: numbers.get(id)!,
    id,
    label,
    split,
    excluded: excluded ?? null,
    group: group ?? null,
    cluster: cluster ?? null,
    width,
    height,
    meta,
  };
}
