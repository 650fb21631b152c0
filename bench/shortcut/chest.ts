/** Real chest films (OSLER_DATA/cxr3), for sets in which everything differs between images and nothing tells the label. */
import { join } from 'node:path';
import { permuteLabels } from '../../src/audit/shortcut/permute.ts';
import { processEnvironment } from '../../src/config/environment.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { importDataset } from '../../src/data/import.ts';
import { resolveUri } from '../../src/data/objects.ts';
import { type Sample, unitOf } from '../../src/data/sample.ts';

/** Imported with the patient from the name of NIH's files; undefined where there is no real data. */
export async function chestFilms(home: string): Promise<Sample[] | undefined> {
  const { data } = processEnvironment();
  if (data === undefined) return undefined;
  const source = join(data, 'cxr3', 'images_256');
  await importDataset(source, { name: 'cxr3', groupPattern: /^(\d{8})_/, inPlace: true }, { home });
  const samples = (await openDataset(home, 'cxr3')).samples();
  return samples.map((sample) => ({ ...sample, uri: `file:${resolveUri(home, sample.uri)}` }));
}

/** The labels of patients dealt out at random among them. */
export function dealtAnew(films: readonly Sample[], seed: number): Sample[] {
  const classes = [...new Set(films.map(({ label }) => label))].sort();
  const names = [...new Set(films.map(unitOf))];
  const index = new Map(names.map((name, i) => [name, i]));
  const units = Int32Array.from(films, (film) => index.get(unitOf(film))!);
  const labels = Int32Array.from(films, ({ label }) => classes.indexOf(label));
  const dealt = permuteLabels(units, labels, seed, 'dealt');
  return films.map((film, i) => ({ ...film, label: classes[dealt[i]!]! }));
}
