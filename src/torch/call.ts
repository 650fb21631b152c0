import { OslerError } from '../errors.ts';
import { loadEngine } from './native.ts';
import { Tensor } from './tensor.ts';

/** What an operator takes. `undefined` stands for the operator's default, `null` for None. */
export type Argument =
  | Tensor
  | readonly (Tensor | null)[]
  | number
  | bigint
  | boolean
  | string
  | readonly number[]
  | readonly boolean[]
  | null
  | undefined;

interface Operator {
  id: number;
  names: string[];
  returns: string;
  /** Index of the argument that an in-place operator returns, else -1. */
  inPlace: number;
}

const operators = new Map<string, Operator>();

function resolve(name: string): Operator {
  try {
    const [id, names, returns, inPlace] = loadEngine().resolve(name);
    const operator = { id, names: names === '' ? [] : names.split(' '), returns, inPlace };
    operators.set(name, operator);
    return operator;
  } catch (cause) {
    if (cause instanceof OslerError) throw cause;
    throw new OslerError('ENGINE_FAILED', `LibTorch has no operator ${name}.`, {
      hint: 'Names are those of its dispatcher, overload included: aten::add.Tensor.',
      cause,
    });
  }
}

/** An argument as the bridge takes it: tensors as handles (-1 for a missing one in a list). */
function lower(value: Argument): unknown {
  if (value instanceof Tensor) return value.handle;
  if (Array.isArray(value)) {
    const first = value[0];
    if (first instanceof Tensor || first === null)
      return value.map((item) => (item instanceof Tensor ? item.handle : -1));
  }
  return value;
}

function raise(kind: string, value: unknown): unknown {
  if (kind === 't') return (value as number) < 0 ? null : new Tensor(value as number);
  if (kind === 'T') return (value as number[]).map((handle) => (handle < 0 ? null : new Tensor(handle)));
  return value;
}

/**
 * Calls any operator of LibTorch's dispatcher by its name. Arguments go by position and are converted by the operator's own
 * schema: types, memory formats and devices are strings ('f32', 'channels_last', 'cpu'); whole numbers stay integers. In-place
 * operators return the very tensor they were given. Returns a Tensor, a list of them, a number, boolean or list of numbers, or
 * an array of those where the operator returns several.
 * @throws OslerError ENGINE_FAILED naming the operator and the shapes; TensorDisposedError.
 */
// biome-ignore lint/suspicious/noExplicitAny: what comes back depends on the operator's schema, known only at run time
export function call(name: string, ...args: Argument[]): any {
  const operator = operators.get(name) ?? resolve(name);
  const lowered: unknown[] = new Array(args.length);
  for (let i = 0; i < args.length; i++) lowered[i] = lower(args[i]);
  let value: unknown;
  try {
    value = loadEngine().call(operator.id, ...lowered);
  } catch (cause) {
    throw translate(name, operator.names, args, cause);
  }
  if (operator.inPlace >= 0) return args[operator.inPlace];
  const { returns } = operator;
  if (returns.length === 1) return raise(returns, value);
  if (returns.length === 0) return undefined;
  return (value as unknown[]).map((item, i) => raise(returns[i] as string, item));
}

/** A native error as one sentence that names the operator and what it was given. */
function translate(name: string, names: readonly string[], args: readonly Argument[], cause: unknown): OslerError {
  const given = args
    .map((value, i) => (value === undefined ? '' : `${names[i] ?? i} ${describe(value)}`))
    .filter(Boolean);
  return new OslerError(
    'ENGINE_FAILED',
    `${name} failed: ${firstLines(cause)} Given: ${given.join(', ') || 'nothing'}.`,
    { cause },
  );
}

/** The message without LibTorch's advice for C++ programmers, ended by a full stop. */
export function firstLines(cause: unknown): string {
  const text = String((cause as Error)?.message ?? cause)
    .split(/\n\s*\n|\nException raised from|\nDebug info/)[0]!
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 600)
    .trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function describe(value: Argument): string {
  if (value instanceof Tensor) return value.disposed ? '(disposed)' : `[${value.shape.join(', ')}] ${value.dtype}`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map((item) => (item instanceof Tensor ? describe(item) : String(item)));
    return `(${shown.join(', ')}${value.length > 8 ? `, ... ${value.length} in all` : ''})`;
  }
  return String(value);
}
