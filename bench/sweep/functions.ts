/** Published test functions with their search spaces; all are minimised. */
import type { SpaceConfig } from '../../src/tuning/space.ts';

export interface TestFunction {
  name: string;
  /** Where it was published. */
  source: string;
  space: SpaceConfig;
  /** Its least value. */
  optimum: number;
  value(params: Record<string, unknown>): number | Promise<number>;
}

const PLAIN = { log: false, int: false, step: null, points: null, when: {} };
const box = (dimensions: number, low: number, high: number): SpaceConfig =>
  Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, { ...PLAIN, low, high }]));
const vector = (params: Record<string, unknown>): number[] =>
  Object.keys(params)
    .filter((key) => /^x\d+$/.test(key))
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .map((key) => params[key] as number);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function branin(a: number, b: number): number {
  const t = b - (5.1 / (4 * Math.PI ** 2)) * a ** 2 + (5 / Math.PI) * a - 6;
  return t ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}

const rosenbrock = (x: readonly number[]): number =>
  sum(x.slice(1).map((next, i) => 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2));
const camel = (a: number, b: number): number =>
  (4 - 2.1 * a ** 2 + a ** 4 / 3) * a ** 2 + a * b + (-4 + 4 * b ** 2) * b ** 2;
const beale = (a: number, b: number): number =>
  (1.5 - a + a * b) ** 2 + (2.25 - a + a * b ** 2) ** 2 + (2.625 - a + a * b ** 3) ** 2;

const HARTMANN = {
  alpha: [1, 1.2, 3, 3.2],
  a: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  p: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
};

export const FUNCTIONS: readonly TestFunction[] = [
  {
    name: 'Branin, 2 dimensions',
    source: 'Dixon and Szegö 1978',
    space: { x0: { ...range(-5, 10) }, x1: { ...range(0, 15) } },
    optimum: 0.39788735772973816,
    value: ({ x0, x1 }) => branin(x0 as number, x1 as number),
  },
  {
    name: 'Hartmann, 6',
    source: 'Dixon and Szegö 1978',
    space: box(6, 0, 1),
    optimum: -3.322368011391339,
    value: (params) => {
      const x = vector(params);
      return -sum(
        HARTMANN.alpha.map(
          (alpha, i) => alpha * Math.exp(-sum(x.map((v, j) => HARTMANN.a[i]![j]! * (v - HARTMANN.p[i]![j]!) ** 2))),
        ),
      );
    },
  },
  {
    name: 'Rosenbrock, 4',
    source: 'Rosenbrock 1960',
    space: box(4, -5, 10),
    optimum: 0,
    value: (params) => rosenbrock(vector(params)),
  },
  {
    name: 'Ackley, 5',
    source: 'Ackley 1987, on [-15, 30]',
    space: box(5, -15, 30),
    optimum: 0,
    value: (params) => {
      const x = vector(params);
      const root = Math.sqrt(sum(x.map((v) => v ** 2)) / x.length);
      return (
        -20 * Math.exp(-0.2 * root) - Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / x.length) + 20 + Math.E
      );
    },
  },
  {
    name: 'Levy, 6',
    source: 'Laguna and Marti 2005',
    space: box(6, -10, 10),
    optimum: 0,
    value: (params) => {
      const w = vector(params).map((v) => 1 + (v - 1) / 4);
      const last = w.at(-1)!;
      const inner = w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2));
      return Math.sin(Math.PI * w[0]!) ** 2 + sum(inner) + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
    },
  },
  {
    name: 'Styblinski-Tang, 5',
    source: 'Styblinski and Tang 1990',
    space: box(5, -5, 5),
    optimum: 5 * -39.16616570377142,
    value: (params) => sum(vector(params).map((v) => v ** 4 - 16 * v ** 2 + 5 * v)) / 2,
  },
  {
    name: 'Func-3C, 2 and 3 choices',
    source: 'Ru et al. 2020, CoCaBO',
    space: {
      h0: [0, 1, 2],
      h1: [0, 1, 2, 3, 4],
      h2: [0, 1, 2, 3],
      x0: { ...range(-1, 1) },
      x1: { ...range(-1, 1) },
    },
    optimum: NaN,
    value: ({ h0, h1, h2, ...params }) => {
      const [a, b] = vector(params) as [number, number];
      const rosen = rosenbrock([2 * a, 2 * b]) / 300;
      const six = camel(2 * a, b) / 10;
      const be = beale(3 * a, 3 * b) / 50;
      const first = [rosen, six, be][h0 as number]!;
      const second = [rosen, six, be, be, be][h1 as number]!;
      const third = [5 * six, 2 * rosen, 2 * be, 3 * be][h2 as number]!;
      return first + second + third;
    },
  },
  {
    name: 'Tree of conditions, 9',
    source: 'Jenatton et al. 2017',
    space: {
      c1: [0, 1],
      c2: { ...PLAIN, values: [0, 1], when: { c1: [0] } },
      c3: { ...PLAIN, values: [0, 1], when: { c1: [1] } },
      x4: { ...range(-1, 1), when: { c2: [0] } },
      x5: { ...range(-1, 1), when: { c2: [1] } },
      x6: { ...range(-1, 1), when: { c3: [0] } },
      x7: { ...range(-1, 1), when: { c3: [1] } },
      r8: { ...range(0, 1), when: { c1: [0] } },
      r9: { ...range(0, 1), when: { c1: [1] } },
    },
    optimum: 0.1,
    value: ({ c1, c2, c3, x4, x5, x6, x7, r8, r9 }) => {
      const n = (v: unknown) => v as number;
      if (c1 === 0) return c2 === 0 ? n(x4) ** 2 + 0.1 + n(r8) : n(x5) ** 2 + 0.2 + n(r8);
      return c3 === 0 ? n(x6) ** 2 + 0.3 + n(r9) : n(x7) ** 2 + 0.4 + n(r9);
    },
  },
];

function range(low: number, high: number) {
  return { ...PLAIN, low, high };
}
