import type { Characteristic, Flow } from '../../subject.ts';
import { reasonWords } from '../checklist/facts.ts';
import { count, percent, plural, safe } from '../html.ts';
import type { Report } from '../record.ts';
import { countsTable } from '../tables.ts';
import { samplesWords } from '../words.ts';
import { paragraph, type Section, wide } from './section.ts';

export const data: Section = {
  id: 'data',
  title: 'Data and flow of samples',
  body: (report) => {
    const { dataset } = report.file.subject;
    if (dataset === null) {
      return paragraph(
        'The dataset that the model was trained on is not here: nothing of it is known but what the model was measured on.',
      );
    }
    const { flow } = dataset;
    return (
      (flow === undefined ? '' : diagram(report, flow)) +
      `<h3>Classes</h3>${countsTable(dataset.splits, report.file.class_names)}` +
      (flow === undefined ? '' : who(flow))
    );
  },
};

/** Boxes from the source down to what was measured; what leaves on the way stands beside. */
function diagram({ file }: Report, flow: Flow): string {
  const { subject } = file;
  const dataset = subject.dataset!;
  const excluded = Object.values(flow.excluded).reduce((sum, n) => sum + n, 0);
  const images = flow.samples + excluded + dataset.unreadable;
  const out = [
    ...(dataset.unreadable > 0 ? [`${count(dataset.unreadable)} unreadable`] : []),
    ...Object.entries(flow.excluded).map(([why, n]) => `${count(n)} ${reasonWords(why)}`),
  ];
  const aside = flow.leftOut.map(({ reason, count: n }) => `${count(n)} ${reason}`);
  const copies = [
    ...(flow.duplicates > 0 ? [`${count(flow.duplicates)} exact copies`] : []),
    ...(flow.nearDuplicates > 0 ? [`${count(flow.nearDuplicates)} near copies`] : []),
  ];
  const parts = Object.entries(dataset.splits)
    .filter(([, classes]) => total(classes) > 0)
    .map(([split, classes]) => {
      const units = flow.units[split];
      const groups = units === undefined || flow.groups === 0 ? '' : `<small>${plural(units, 'group')}</small>`;
      const each = Object.entries(classes)
        .filter(([, n]) => n > 0)
        .map(([name, n]) => `<small>${safe(name)} ${count(n)}</small>`)
        .join('');
      return `<li class="box${split === file.split ? ' here' : ''}"><b>${safe(split)}: ${count(total(classes))}</b>${groups}${each}</li>`;
    });
  const folder = subject.folder == null ? '' : folderBox(file.subject.folder!, samplesWords(file));
  return (
    `<div class="flow" role="img" aria-label="Flow of samples: ${plural(images, 'image')} found, ${count(images - flow.samples)} left out, ${count(flow.samples)} used">` +
    `<div class="step"><div class="box"><b>${plural(images, 'image')}</b><small>from the source${aside.length === 0 ? '' : '; files and rows that are no samples: '}${safe(aside.join(', '))}</small></div></div>` +
    `<div class="step"><div class="box"><b>${plural(flow.samples, 'image')} used</b><small>${groupWords(flow)}${copies.length === 0 ? '' : `; ${copies.join(', ')} among them`}</small></div>` +
    `<div class="out"><b>${count(images - flow.samples)} left out</b>${out.map((text) => `<small>${safe(text)}</small>`).join('')}</div></div>` +
    `<ul class="parts">${parts.join('')}</ul>${folder}</div>`
  );
}

/** The parts may have more groups than names: an image that names no patient or lesion is a group of its own. */
function groupWords({ groups, units }: Flow): string {
  if (groups === 0) return 'no patients or lesions named';
  const named = `${count(groups)} ${groups === 1 ? 'patient or lesion' : 'patients or lesions'} named`;
  return total(units) > groups ? `${named}; an image without one is a group of its own` : named;
}

function folderBox(folder: { name: string; unreadable: number }, words: string): string {
  const left = folder.unreadable === 0 ? '' : `<small>${plural(folder.unreadable, 'unreadable file')} left out</small>`;
  return `<p class="muted">Measured on none of these, but on:</p><div class="box here"><b>${safe(folder.name)}: ${words}</b>${left}</div>`;
}

function total(classes: Record<string, number>): number {
  return Object.values(classes).reduce((sum, n) => sum + n, 0);
}

/** Who is in each part: a reviewer's table 1. */
function who({ characteristics, sizes }: Flow): string {
  const size =
    sizes === null
      ? ''
      : paragraph(
          String(sizes.smallest) === String(sizes.largest)
            ? `All images have ${sizes.smallest.join(' × ')} pixels.`
            : `Images are from ${sizes.smallest.join(' × ')} to ${sizes.largest.join(' × ')} pixels.`,
          'muted',
        );
  if (characteristics.length === 0) {
    return `${size}${paragraph('Nothing else is known of the samples (age, sex, site, device): a metadata file brings it at import.', 'absent')}`;
  }
  const splits = Object.keys(characteristics[0]!.splits);
  const rows = characteristics.map((one) => rowsOf(one, splits)).join('');
  const head = splits.map((split) => `<th scope="col">${safe(split)}</th>`).join('');
  return `${size}<h3>Who is in each part</h3>${wide(`<table class="who"><thead><tr><th scope="col">Column</th>${head}</tr></thead><tbody>${rows}</tbody></table>`)}`;
}

function rowsOf(one: Characteristic, splits: readonly string[]): string {
  const cells = (text: (split: Characteristic['splits'][string]) => string): string =>
    splits.map((split) => `<td>${one.splits[split] === undefined ? '–' : text(one.splits[split])}</td>`).join('');
  const missing = splits.some((split) => (one.splits[split]?.missing ?? 0) > 0)
    ? `<tr><th scope="row" class="level">not known</th>${cells((s) => count(s.missing))}</tr>`
    : '';
  if (one.kind === 'numbers') {
    return `<tr class="first"><th scope="row">${safe(one.column)} <small>median (quartiles)</small></th>${cells(({ quartiles: q }) => (q === null ? '–' : `${short(q[1])} <small>(${short(q[0])}–${short(q[2])})</small>`))}</tr>${missing}`;
  }
  const levels = one.levels.map(
    (level, i) =>
      `<tr><th scope="row" class="level">${safe(level)}</th>${cells((s) => {
        const known = s.counts.reduce((sum, n) => sum + n, s.other);
        return `${count(s.counts[i]!)} <small>${known === 0 ? '' : percent(s.counts[i]! / known)}</small>`;
      })}</tr>`,
  );
  const other = splits.some((split) => (one.splits[split]?.other ?? 0) > 0)
    ? `<tr><th scope="row" class="level">others</th>${cells((s) => count(s.other))}</tr>`
    : '';
  return `<tr class="first"><th scope="row" colspan="${splits.length + 1}">${safe(one.column)}</th></tr>${levels.join('')}${other}${missing}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
