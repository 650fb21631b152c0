import type { RandomStream } from '../random.ts';

/** Where a colour that is not the lesion's own shows. Positions and radius in units of the lesion's radius. */
export interface Patch {
  kind: 'black' | 'blueGrey' | 'red' | 'white' | 'tan';
  x: number;
  y: number;
  radius: number;
  /** How ragged its edge is, 0..1. */
  ragged: number;
  strength: number;
}

/** One lesion, the same in all its pictures. Angles in radians, lengths in units of its mean radius but for `diameter`. */
export interface Lesion {
  malignant: boolean;
  /** Millimetres. */
  diameter: number;
  /** Radius by direction, 512 steps of the circle. */
  outline: Float32Array;
  /** Over how much of the radius the pigment fades out, by direction; small is an abrupt edge. */
  fade: Float32Array;
  /** Mean optical density of the pigment, about 0.4 to 1.4. */
  density: number;
  /** Share of red-brown in the pigment. */
  warmth: number;
  /** Density changes across the lesion by this share, along `slopeAngle`. */
  slope: number;
  slopeAngle: number;
  /** Cloudiness of the pigment. */
  mottle: number;
  patches: Patch[];
  /** Strengths of the structures within, 0..1. */
  network: number;
  globules: number;
  streaks: number;
  /** 0 even, 1 irregular: picks how jittered cells are, and how unevenly the structures cover the lesion. */
  disorder: number;
  /** Millimetres between the lines of the network. */
  mesh: number;
}

const STEPS = 512;

/**
 * Draws a lesion by the ABCD rule (Nachbar 1994): asymmetry, border, colours and structures each have a severity. Malignant
 * lesions tend to be severe in all four, benign ones mild, and the ranges overlap widely in each: only together do they tell.
 * How dark the lesion is as a whole does not depend on the class.
 */
export function drawLesion(malignant: boolean, random: RandomStream): Lesion {
  const severity = (): number => (malignant ? random.beta(4.2, 1.9) : random.beta(1.8, 4.2));
  const asymmetry = severity();
  const border = severity();
  const colours = severity();
  const structure = severity();
  const diameter = Math.exp((malignant ? Math.log(7.4) : Math.log(5.4)) + random.normal() * 0.34);
  const kind = random.uniform();
  return {
    malignant,
    diameter: Math.min(16, Math.max(2.5, diameter)),
    outline: drawOutline(asymmetry, border, random),
    fade: drawFade(border, random),
    density: random.between(0.4, 1) * (1 - 0.22 * colours),
    warmth: random.uniform(),
    slope: asymmetry * random.between(0.3, 0.9),
    slopeAngle: random.between(0, 2 * Math.PI),
    mottle: 0.12 + 0.4 * colours * random.between(0.5, 1),
    patches: drawPatches(asymmetry, colours, random),
    network: kind < 0.6 ? random.between(0.4, 1) : random.between(0, 0.25),
    globules: kind > 0.4 ? random.between(0.3, 0.9) : 0,
    streaks: Math.max(0, structure - 0.35) * random.between(0.4, 1.3),
    disorder: structure,
    mesh: random.between(0.22, 0.42),
  };
}

/** An ellipse for both classes; one-sided lobes for asymmetry, notches and fringes for an irregular border. */
function drawOutline(asymmetry: number, border: number, random: RandomStream): Float32Array {
  const ellipse = random.between(0.02, 0.16);
  const lobes = Array.from({ length: 3 }, () => ({
    angle: random.between(0, 2 * Math.PI),
    width: random.between(0.35, 0.8),
    height: asymmetry * random.between(-0.22, 0.42),
  }));
  const waves = Array.from({ length: 34 }, (_, k) => ({
    k: k + 4,
    phase: random.between(0, 2 * Math.PI),
    height: (0.005 + 0.036 * border ** 1.3) * random.normal() * (4 / (k + 4)) ** 0.55,
  }));
  // Parts of the border stay smooth.
  const calm = { angle: random.between(0, 2 * Math.PI), depth: random.between(0.2, 0.8) };
  return Float32Array.from({ length: STEPS }, (_, i) => {
    const angle = (2 * Math.PI * i) / STEPS;
    let radius = 1 + ellipse * Math.cos(2 * angle);
    for (const lobe of lobes) {
      const away = Math.atan2(Math.sin(angle - lobe.angle), Math.cos(angle - lobe.angle)) / lobe.width;
      radius += lobe.height * Math.exp(-away * away);
    }
    const rough = 1 - calm.depth * (0.5 + 0.5 * Math.cos(angle - calm.angle));
    for (const wave of waves) radius += rough * wave.height * Math.cos(wave.k * angle + wave.phase);
    return Math.max(0.25, radius);
  });
}

function drawFade(border: number, random: RandomStream): Float32Array {
  const phases = [2, 3, 5].map((k) => ({ k, phase: random.between(0, 2 * Math.PI) }));
  const soft = random.between(0.2, 0.42);
  return Float32Array.from({ length: STEPS }, (_, i) => {
    const angle = (2 * Math.PI * i) / STEPS;
    const abrupt = phases.reduce((sum, { k, phase }) => sum + Math.cos(k * angle + phase), 0) / 3;
    return Math.max(0.05, soft * (1 - border * (0.62 + 0.6 * abrupt)));
  });
}

function drawPatches(asymmetry: number, colours: number, random: RandomStream): Patch[] {
  const count = Math.round(colours * 5 + random.between(-0.7, 0.7));
  const patches: Patch[] = [];
  const kinds = ['black', 'blueGrey', 'white', 'red', 'tan'] as const;
  const order = random.shuffle(Uint8Array.from([0, 1, 2, 3, 4]));
  for (let i = 0; i < count; i++) {
    // Mild lesions have their few colours in the middle, severe ones anywhere.
    const away = random.between(0, 0.25 + 0.55 * Math.max(asymmetry, colours));
    const angle = random.between(0, 2 * Math.PI);
    patches.push({
      kind: colours < 0.4 ? (random.chance(0.5) ? 'tan' : random.chance(0.5) ? 'black' : 'red') : kinds[order[i % 5]!]!,
      x: away * Math.cos(angle),
      y: away * Math.sin(angle),
      radius: random.between(0.22, 0.5),
      ragged: 0.3 + 0.7 * colours,
      strength: random.between(0.5, 1) * (0.45 + 0.55 * colours),
    });
  }
  return patches;
}
