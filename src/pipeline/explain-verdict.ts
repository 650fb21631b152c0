import type { Estimate } from '../evaluation/estimate.ts';
import type { MapReport, MaskScore } from '../evaluation/explanations.ts';

/** Above this rank correlation with a network that learnt nothing, maps show the image's own edges more than what was learnt. */
const ALIKE = 0.5;

/** A smaller gain of energy inside the mask is none to look at. */
const WORTH = 0.05;

/** Fewer images with a mask tell nothing. */
const FEW = 10;

/** Are the maps better than chance, and do they depend on what was learnt? In words; the first sentence stands by itself. */
export function explainVerdict(report: Omit<MapReport, 'verdict'>): MapReport['verdict'] {
  const sane = saneWords(report.sanity);
  if (report.masked === null) {
    return {
      sound: sane.ok === false ? false : null,
      words:
        sane.words.length > 0
          ? sane.words
          : ['Not checked: there were neither masks nor randomised weights to hold the maps against.'],
    };
  }
  if (report.masked.images < FEW) {
    return {
      sound: sane.ok === false ? false : null,
      words: [`Not estimable: ${report.masked.images} images with a mask are too few to say.`, ...sane.words],
    };
  }
  const energy = report.masked.scores.find(({ name }) => name === 'energy')!;
  const pointing = report.masked.scores.find(({ name }) => name === 'pointing')!;
  const placed = placeWords(energy);
  const random = randomWords(energy);
  const words = [placed.words, ...pointingWords(pointing), ...random.words, ...sane.words];
  if (placed.ok === null) return { sound: sane.ok === false ? false : null, words };
  return { sound: placed.ok && sane.ok !== false && random.ok !== false, words };
}

function placeWords(energy: MaskScore): { ok: boolean | null; words: string } {
  const area = against(energy, 'area');
  const others = against(energy, 'others');
  if (energy.value.value === null || area === undefined || area.gain.low === null) {
    return {
      ok: null,
      words: `Not estimable: ${area?.gain.reason?.replace(/^.*?: /, '') ?? 'no mask to hold the maps against'}.`,
    };
  }
  const own = percent(energy.value);
  if (area.gain.low <= 0) {
    const { ok, not } = short(area.gain);
    return {
      ok,
      words: `${not} than chance: ${own} of the map lies inside the masks, which cover ${percent(area.value)} of the image.`,
    };
  }
  if (others !== undefined && others.gain.low !== null && others.gain.low <= 0) {
    const { ok, not } = short(others.gain);
    return {
      ok,
      words: `${not} than a habit: ${own} of the map lies inside the masks, but the maps of other images reach ${percent(others.value)} there too. ${ok === false ? 'They show where lesions usually are, not where this one is.' : 'More images would tell whether they find this lesion or where lesions usually are.'}`,
    };
  }
  return {
    ok: others !== undefined && others.gain.low === null ? null : true,
    words: `Better than chance: ${own} of the map lies inside the masks, which cover ${percent(area.value)} of the image${others === undefined ? '' : `; the maps of other images would reach ${percent(others.value)}`}.`,
  };
}

/** A gain that is not sure: is it that there is none worth having, or that the images do not tell? */
function short(gain: Estimate): { ok: false | null; not: string } {
  return gain.value! <= 0 || gain.high! < WORTH
    ? { ok: false, not: 'No better' }
    : { ok: null, not: 'Not shown to be better' };
}

function pointingWords(pointing: MaskScore): string[] {
  const centre = against(pointing, 'centre');
  if (centre?.value.value == null || pointing.value.value === null || centre.value.value < pointing.value.value)
    return [];
  return [
    `The pointing game proves little here: the image's centre alone hits ${percent(centre.value)}, the maps ${percent(pointing.value)}.`,
  ];
}

function randomWords(energy: MaskScore): { ok: boolean | null; words: string[] } {
  const random = against(energy, 'randomised');
  if (random?.value.value == null || random.gain.low === null) return { ok: null, words: [] };
  const theirs = percent(random.value);
  if (random.gain.low > 0) return { ok: true, words: [`The same network with randomised weights reaches ${theirs}.`] };
  return short(random.gain).ok === false
    ? {
        ok: false,
        words: [
          `The same network with randomised weights does as well (${theirs}): that they lie inside is not due to what was learnt.`,
        ],
      }
    : {
        ok: null,
        words: [`The same network with randomised weights reaches ${theirs}: more images would tell whether less.`],
      };
}

function saneWords(sanity: MapReport['sanity']): { ok: boolean | null; words: string[] } {
  const last = sanity.find(({ randomised, layers }) => randomised === layers)?.similarity;
  if (last === undefined) return { ok: null, words: [] };
  if (last.value === null) {
    const why = last.reason?.replace(/^.*?: /, '') ?? 'no value';
    return {
      ok: null,
      words: [`What maps of a network with all weights randomised look like is not estimable: ${why}.`],
    };
  }
  const value = last.value.toFixed(2);
  if (last.low === null || last.high === null) {
    const why = last.reason?.replace(/^.*?: /, '') ?? 'no interval';
    return {
      ok: null,
      words: [
        `With all weights randomised the maps correlate by ${value} in rank; what that says is not estimable: ${why}.`,
      ],
    };
  }
  if (last.high < ALIKE) {
    return {
      ok: true,
      words: [
        `The maps depend on what was learnt: with all weights randomised their rank correlation falls to ${value}.`,
      ],
    };
  }
  return {
    ok: false,
    words: [
      `The maps hardly depend on what was learnt: with all weights randomised they still correlate by ${value} in rank.`,
    ],
  };
}

function against(score: MaskScore, reference: string): MaskScore['against'][number] | undefined {
  return score.against.find((one) => one.reference === reference);
}

function percent({ value }: Estimate): string {
  return `${(100 * value!).toFixed(0)}%`;
}
