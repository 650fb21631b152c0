import { z } from 'zod';
import { OslerError } from '../errors.ts';
import type { TrialParams } from '../store/sweep.ts';

export type Value = TrialParams[string];

/** Whatever a recipe may hold, from YAML or JSON. */
export const AnyValue = z.unknown() as unknown as z.ZodType<Value>;

/** Only where each of these settings has one of these values. */
const When = z.record(z.string(), z.array(AnyValue).min(1)).default({});

/** Values with a condition, or a range. One schema for both, so that a mistake in either is told by its key. */
const Described = z.strictObject({
  values: z.array(AnyValue).min(1).optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** Every factor as likely as the next: rates, weights. */
  log: z.boolean().default(false),
  /** Whole numbers only. */
  int: z.boolean().default(false),
  /** Distance of the values, from `low`. */
  step: z.number().positive().nullable().default(null),
  /** Of a grid, where there is no step. */
  points: z.int().min(2).max(1000).nullable().default(null),
  when: When,
});

/** The settings that are searched, by their dotted keys: a list of values, `values:` with a condition, or a range. */
export const SpaceConfig = z.record(z.string(), z.union([z.array(AnyValue).min(1), Described]));
export type SpaceConfig = z.infer<typeof SpaceConfig>;

interface Common {
  name: string;
  when: { name: string; values: string[] }[];
}
export interface ChoiceParameter extends Common {
  kind: 'choice';
  values: Value[];
  /** Of the values, as texts that can be compared. */
  keys: string[];
}
export interface RangeParameter extends Common {
  kind: 'range';
  low: number;
  high: number;
  log: boolean;
  int: boolean;
  step: number | null;
  points: number | null;
}
export type Parameter = ChoiceParameter | RangeParameter;

/** Parameters with those that others depend on first. */
export type Space = readonly Parameter[];

/** A value as a text that equals that of an equal value. */
export const keyOf = (value: Value): string => JSON.stringify(value);

/** Throws CONFIG_INVALID where a range is none, a condition names what is not searched, or conditions go in a circle. */
export function compileSpace(config: SpaceConfig): Space {
  const all = new Map(Object.entries(config).map(([name, one]) => [name, parameterOf(name, one)] as const));
  if (all.size === 0) throw wrong('The space is empty', 'Name at least one setting, for example optimiser.lr.');
  const ordered: Parameter[] = [];
  const visit = (name: string, chain: string[]): void => {
    const parameter = all.get(name)!;
    if (chain.includes(name))
      throw wrong(`Conditions of the space go in a circle: ${[...chain, name].join(' needs ')}`);
    if (ordered.includes(parameter)) return;
    for (const condition of parameter.when) {
      const parent = all.get(condition.name);
      if (parent === undefined)
        throw wrong(`space.${name} depends on ${condition.name}, which is not part of the space`);
      if (parent.kind !== 'choice')
        throw wrong(`space.${name} depends on ${condition.name}, which is a range: only values can be depended on`);
      const strange = condition.values.find((value) => !parent.keys.includes(value));
      if (strange !== undefined)
        throw wrong(`space.${name} depends on ${condition.name} being ${strange}, which is not one of its values`);
      visit(condition.name, [...chain, name]);
    }
    ordered.push(parameter);
  };
  for (const name of all.keys()) visit(name, []);
  return ordered;
}

function parameterOf(name: string, config: SpaceConfig[string]): Parameter {
  if (Array.isArray(config)) return choice(name, config, []);
  const when = Object.entries(config.when).map(([key, values]) => ({ name: key, values: values.map(keyOf) }));
  const { values, low, high: end, log, int, points } = config;
  if (values !== undefined) {
    if (low !== undefined || end !== undefined) throw wrong(`space.${name} has values and a range: give one of them`);
    return choice(name, values, when);
  }
  if (low === undefined || end === undefined)
    throw wrong(`space.${name} has neither values nor both ends of a range`, 'Give values, or low and high.');
  const step = int ? (config.step ?? 1) : config.step;
  if (!(low < end)) throw wrong(`space.${name}: low (${low}) is not below high (${end})`);
  if (log && low <= 0) throw wrong(`space.${name}: a logarithmic range begins above 0, low is ${low}`);
  if (int && ![low, end, step!].every(Number.isInteger))
    throw wrong(`space.${name}: low, high and step of whole numbers are whole numbers`);
  if (log && step !== null && !(int && step === 1))
    throw wrong(`space.${name}: a logarithmic range has no step`, 'Give its values as a list.');
  // The last value that a step reaches.
  const high = step === null ? end : tidy(low + Math.floor((end - low) / step + 1e-9) * step);
  return { kind: 'range', name, when, low, high, log, int, step, points };
}

function choice(name: string, values: Value[], when: Common['when']): ChoiceParameter {
  const keys = values.map(keyOf);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw wrong(`space.${name} lists ${twice} twice`);
  return { kind: 'choice', name, values, keys, when };
}

function wrong(what: string, hint = 'See docs/sweeps.md.'): OslerError {
  return new OslerError('CONFIG_INVALID', `${what}.`, { hint });
}

/** Whether a parameter's conditions hold among the settings that were chosen so far. */
export function isActive(parameter: Parameter, params: TrialParams): boolean {
  return parameter.when.every(({ name, values }) => name in params && values.includes(keyOf(params[name]!)));
}

/** The range in the coordinates in which it is searched: logarithms where it is logarithmic, and half a step beyond each end. */
export function span({ low, high, log, step }: RangeParameter): { low: number; high: number } {
  const half = (step ?? 0) / 2;
  return log ? { low: Math.log(low - half), high: Math.log(high + half) } : { low: low - half, high: high + half };
}

/** A value's coordinate. */
export function coordinate({ log }: RangeParameter, value: number): number {
  return log ? Math.log(value) : value;
}

/** The value at a coordinate, on its step and in its range. */
export function valueAt({ low, high, log, step }: RangeParameter, at: number): number {
  const plain = log ? Math.exp(at) : at;
  const stepped = step === null ? plain : low + Math.round((plain - low) / step) * step;
  return tidy(Math.min(high, Math.max(low, stepped)));
}

/** The value at a share u in [0, 1) of the parameter: every value equally likely for a uniform u. */
export function fromUnit(parameter: Parameter, u: number): Value {
  if (parameter.kind === 'choice')
    return parameter.values[Math.min(parameter.values.length - 1, Math.floor(u * parameter.values.length))]!;
  const { low, high } = span(parameter);
  return valueAt(parameter, low + u * (high - low));
}

/** Settings from a share of each parameter, in the space's order; those whose condition does not hold are left out. */
export function fromUnits(space: Space, units: readonly number[]): TrialParams {
  const params: TrialParams = {};
  for (const [i, parameter] of space.entries())
    if (isActive(parameter, params)) params[parameter.name] = fromUnit(parameter, units[i]!);
  return params;
}

/** Ten significant digits: 0.1 + 0.2 is 0.3, and no recipe needs more. */
export function tidy(value: number): number {
  return Number(value.toPrecision(10));
}
