import { RandomStream } from '../random.ts';
import { drawLesion, type Lesion } from './lesion.ts';
import type { CameraName, PhantomSpec, Tone } from './spec.ts';

export interface Patient {
  id: string;
  age: number;
  sex: 'female' | 'male';
  /** Fitzpatrick type, 1 to 6. */
  tone: number;
  /** 0..1 */
  hairiness: number;
  /** Small deviations of the skin's red and of its brightness, -1..1. */
  redness: number;
  lightness: number;
  camera: CameraName;
}

/** One picture to draw: everything about it, but for what the random streams of its lesion and view add. */
export interface View {
  /** Also the file's name. */
  image: string;
  label: 'benign' | 'malignant';
  patient: Patient;
  lesion: string;
  site: string;
  camera: CameraName;
}

const SITES = ['back', 'chest', 'abdomen', 'upper extremity', 'lower extremity', 'face', 'neck', 'scalp'] as const;
/** Shares of the Fitzpatrick types 1 to 6 in a mixed population. */
const TONES = [0.2, 0.28, 0.22, 0.14, 0.1, 0.06] as const;
const RANGES: Record<Exclude<Tone, 'mixed'>, readonly [number, number]> = {
  light: [1, 2],
  medium: [3, 4],
  dark: [5, 6],
};

/** All views of a population, patient by patient: each has one to three lesions, each lesion one to three pictures. */
export function* population(spec: PhantomSpec): Generator<View, void, undefined> {
  let images = 0;
  for (let p = 0; images < spec.count; p++) {
    const random = new RandomStream(spec.seed, 'patient', p);
    const patient = drawPatient(p, spec, random);
    const lesions = pick(random, [0.55, 0.3, 0.15]) + 1;
    for (let l = 0; l < lesions; l++) {
      const malignant = random.chance(spec.prevalence);
      // Malignant lesions are more common with age; the overlap is wide.
      if (l === 0) patient.age = Math.round(Math.min(92, Math.max(12, (malignant ? 59 : 49) + 15 * random.normal())));
      const site = SITES[random.integer(SITES.length)]!;
      const views = pick(random, [0.62, 0.27, 0.11]) + 1;
      for (let v = 0; v < views && images < spec.count; v++, images++) {
        const image = `ph${String(images).padStart(6, '0')}`;
        // Now and then the second picture is taken with another camera.
        const camera = spec.camera === 'mixed' && v > 0 && random.chance(0.3) ? drawCamera(random) : patient.camera;
        yield {
          image,
          label: malignant ? 'malignant' : 'benign',
          patient,
          lesion: `${patient.id}-${l + 1}`,
          site,
          camera,
        };
      }
    }
  }
}

export function lesionOf(spec: PhantomSpec, view: View): Lesion {
  return drawLesion(view.label === 'malignant', new RandomStream(spec.seed, 'lesion', view.lesion));
}

function drawPatient(index: number, spec: PhantomSpec, random: RandomStream): Patient {
  const range = spec.tone === 'mixed' ? undefined : RANGES[spec.tone];
  return {
    id: `PT${String(index).padStart(5, '0')}`,
    age: 0,
    sex: random.chance(0.5) ? 'female' : 'male',
    tone: range === undefined ? pick(random, TONES) + 1 : range[random.integer(2)]!,
    hairiness: random.beta(1.1, 2.6),
    redness: random.between(-1, 1),
    lightness: random.between(-1, 1),
    camera: spec.camera === 'mixed' ? drawCamera(random) : spec.camera,
  };
}

function drawCamera(random: RandomStream): CameraName {
  return (['contact', 'polarised', 'phone'] as const)[pick(random, [0.45, 0.4, 0.15])]!;
}

/** An index, by the given shares. */
function pick(random: RandomStream, shares: readonly number[]): number {
  let left = random.uniform();
  for (let i = 0; i < shares.length - 1; i++) {
    left -= shares[i]!;
    if (left < 0) return i;
  }
  return shares.length - 1;
}
