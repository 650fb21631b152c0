import type { Explanations, MapReport } from '../../explanations.ts';
import { REFERENCES } from '../../explanations.ts';
import { count, decimal, percent, plural, safe } from '../html.ts';
import { estimateText } from '../tables.ts';
import { absent, paragraph, reference, type Section, wide } from './section.ts';

export const METHODS = { cam: 'Class activation map', occlusion: 'Occlusion' };
const READ =
  'Pointing game: is the strongest place inside the mask? Energy inside: share of the map that is. A flat map scores the mask’s share of the image; other images’ maps are laid on this one; randomised weights are the same network’s, shuffled.';
const SCORES = { pointing: 'Pointing game', energy: 'Energy inside' };

export const explanations: Section = {
  id: 'explanations',
  title: 'Explanations',
  body: (report) => {
    const found = report.parts.explanations;
    if (found === null) {
      return absent(
        'What the heat maps are worth was not checked.',
        `osler explain ${reference(report)}${report.file.subject.folder == null ? '' : ' --data FOLDER'} [--masks FOLDER]`,
      );
    }
    return (
      paragraph(intro(found)) +
      found.methods.map(methodPart).join('') +
      (found.agreement === null ? '' : agreement(found)) +
      examples(found) +
      found.notes.map((note) => paragraph(note, 'muted')).join('')
    );
  },
};

function intro({ images, groups, masks }: Explanations): string {
  const of = groups === images ? plural(images, 'image') : `${plural(images, 'image')} of ${plural(groups, 'group')}`;
  if (masks === null) {
    return `Heat maps of ${of}, for the class decided for. There were no masks to hold them against, so only their dependence on the weights was checked: that a map is not arbitrary does not make it right.`;
  }
  const left = [
    ...(masks.missing > 0 ? [`${plural(masks.missing, 'image')} without a mask`] : []),
    ...(masks.empty > 0 ? [`${plural(masks.empty, 'empty mask')}`] : []),
  ];
  const share =
    masks.share.value === null ? '' : `; the masks cover ${percent(masks.share.value)} of the image on average`;
  return `Heat maps of ${of}, for the class decided for, held against ${plural(masks.found, 'mask')}${share}${left.length === 0 ? '' : ` (left out: ${left.join(', ')})`}.`;
}

function methodPart(method: MapReport): string {
  const { sound, words } = method.verdict;
  const kind = sound === null ? '' : sound ? ' good' : ' bad';
  const mark = sound === null ? '' : sound ? '✓ ' : '⚠ ';
  const grid = `${plural(method.images, 'image')}; ${method.grid[0]} × ${method.grid[1]} places told apart${method.blank > 0 ? `; ${plural(method.blank, 'image')} where nothing speaks for the class decided for` : ''}.`;
  return (
    `<h3>${METHODS[method.method]}</h3><p class="verdict${kind}">${mark}${safe(words[0] ?? '')}</p>` +
    words
      .slice(1)
      .map((text) => paragraph(text))
      .join('') +
    paragraph(grid, 'muted') +
    scoreTable(method) +
    (method.masked === null ? '' : paragraph(READ, 'muted')) +
    classTable(method) +
    sanityTable(method)
  );
}

function scoreTable({ masked }: MapReport): string {
  if (masked === null) return '';
  const rows = masked.scores.map(({ name, value, against }) => {
    const own = `<tr class="first"><th scope="row">${SCORES[name]}</th><td>${estimateText(value)}</td><td></td></tr>`;
    const others = against.map(
      ({ reference: by, value: theirs, gain }) =>
        `<tr><th scope="row" class="level">${REFERENCES[by]}</th><td>${estimateText(theirs)}</td><td>${estimateText(gain)}</td></tr>`,
    );
    return own + others.join('');
  });
  return wide(
    `<table class="who"><thead><tr><th scope="col">Against ${count(masked.images)} masks</th><th scope="col">Value (95% interval)</th><th scope="col">Gain of the maps over it</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

function classTable({ masked }: MapReport): string {
  if (masked === null || masked.classes.length < 2) return '';
  const rows = masked.classes.map(
    ({ label, images, pointing, energy }) =>
      `<tr><th scope="row">${safe(label)}</th><td>${count(images)}</td><td>${estimateText(pointing)}</td><td>${estimateText(energy)}</td></tr>`,
  );
  return wide(
    `<table class="who"><thead><tr><th scope="col">Decided for</th><th scope="col">Images</th><th scope="col">Pointing game</th><th scope="col">Energy inside</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

function sanityTable({ sanity }: MapReport): string {
  if (sanity.length === 0) return '';
  const rows = sanity.map(
    ({ randomised, layers, similarity }) =>
      `<tr><th scope="row">${randomised === layers ? 'all' : randomised === 1 ? 'the last' : `the last ${count(randomised)}`} of ${plural(layers, 'layer')}</th><td>${estimateText(similarity)}</td></tr>`,
  );
  return wide(
    `<table class="who"><thead><tr><th scope="col">Weights randomised in</th><th scope="col">Rank correlation with the trained network’s maps</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

function agreement({ agreement: estimate }: Explanations): string {
  return paragraph(
    estimate!.value === null
      ? `Whether the two methods agree is ${estimate!.reason ?? 'not estimable'}.`
      : `The two methods agree with a rank correlation of ${decimal(estimate!.value)} on the same images${estimate!.low === null || estimate!.high === null ? '' : ` (${decimal(estimate!.low)} to ${decimal(estimate!.high)})`}.`,
  );
}

function examples({ examples: list, masks }: Explanations): string {
  if (list.length === 0) return '';
  const cards = list.map(({ id, label, decided, probability, image, maps }) => {
    const wrong = label !== decided;
    const pictures = maps.map(
      ({ method, image: picture, inside }) =>
        `<figure><img src="${safe(picture)}" alt="${METHODS[method]}"><small>${METHODS[method]}${inside === null ? '' : `, ${percent(inside)} inside`}</small></figure>`,
    );
    return `<li><div class="maps"><figure><img src="${safe(image)}" alt="${safe(label)}"><small>as the network sees it</small></figure>${pictures.join('')}</div><b class="${wrong ? 'bad' : 'good'}">${safe(decided)} <small>${percent(probability)}</small></b> <small>${wrong ? `is ${safe(label)}` : 'rightly'}</small><small class="id">${safe(id)}</small></li>`;
  });
  const outline = masks === null ? '' : ' White line: the mask.';
  return `<h3>Examples</h3>${paragraph(`Evenly spread over the images, none chosen.${outline}`, 'muted')}<ul class="explained">${cards.join('')}</ul>`;
}
