import { OslerError } from '../errors.ts';

/** A named thing that a pickle may refer to. Without `call` it can only be passed on as a value (a storage's type). */
export class PickleGlobal {
  readonly name: string;
  readonly call: ((args: readonly Pickled[]) => Pickled) | undefined;

  constructor(name: string, call?: (args: readonly Pickled[]) => Pickled) {
    this.name = name;
    this.call = call;
  }
}

export class PickleTuple {
  readonly items: readonly Pickled[];

  constructor(items: readonly Pickled[]) {
    this.items = items;
  }
}

/** Anything that a persistent id or a permitted global made; opaque to the reader itself. */
export interface PickleObject {
  readonly pickleObject: true;
}

export type PickleMap = Map<Pickled, Pickled>;
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Pickled[]
  | PickleTuple
  | PickleMap
  | PickleGlobal
  | PickleObject;

/** What a pickle is allowed: everything else in it is refused. */
export interface PickleHost {
  /** What to call the file in errors. */
  file: string;
  /** Permitted globals by `module.name`. */
  globals: ReadonlyMap<string, PickleGlobal>;
  persistentLoad(id: Pickled): Pickled;
}

const MARK = Symbol('mark');
type Slot = Pickled | typeof MARK;

/** Deeper stacks than any state dict needs. */
const MAX_DEPTH = 1_000_000;

/**
 * Reads one pickle as data. It has no way to import, to construct or to call anything but the host's globals, and knows
 * only the opcodes that state dicts are written with; every other one is refused by name.
 */
class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #host: PickleHost;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Pickled>();
  #at: number;

  constructor(bytes: Uint8Array, at: number, host: PickleHost) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#host = host;
  }

  run(): { value: Pickled; end: number } {
    for (;;) {
      const at = this.#at;
      const opcode = this.#u8();
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at };
      this.#step(opcode, at);
      if (this.#stack.length > MAX_DEPTH) throw this.#refused('its stack grows without end');
    }
  }

  #step(opcode: number, at: number): void {
    const value = this.#value(opcode);
    if (value !== undefined) this.#stack.push(value);
    else if (!this.#effect(opcode)) {
      throw this.#refused(`it holds the opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${at}`);
    }
  }

  /** What an opcode pushes; undefined for those that push nothing and those that are refused. */
  #value(opcode: number): Slot | undefined {
    switch (opcode) {
      case 0x28: // MARK
        return MARK;
      case 0x4e: // NONE
        return null;
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x4b: // BININT1
        return this.#u8();
      case 0x4d: // BININT2
        return this.#int(2);
      case 0x4a: // BININT
        return this.#int(4) | 0;
      case 0x8a: // LONG1
        return signed(this.#take(this.#u8()));
      case 0x47: // BINFLOAT
        this.#take(8);
        return this.#view.getFloat64(this.#at - 8);
      case 0x58: // BINUNICODE
        return this.#utf8(this.#int(4));
      case 0x8c: // SHORT_BINUNICODE
        return this.#utf8(this.#u8());
      case 0x55: // SHORT_BINSTRING, as Python 2 wrote
        return this.#latin1(this.#u8());
      case 0x54: // BINSTRING
        return this.#latin1(this.#int(4));
      case 0x7d: // EMPTY_DICT
        return new Map();
      case 0x5d: // EMPTY_LIST
        return [];
      case 0x29: // EMPTY_TUPLE
        return new PickleTuple([]);
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return new PickleTuple(this.#popMany(opcode - 0x84));
      case 0x74: // TUPLE
        return new PickleTuple(this.#popToMark());
      case 0x68: // BINGET
        return this.#recall(this.#u8());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#int(4));
      case 0x63: // GLOBAL
        return this.#global(`${this.#line()}.${this.#line()}`);
      case 0x93: // STACK_GLOBAL
        return this.#global(this.#popMany(2).map(String).join('.'));
      case 0x51: // BINPERSID
        return this.#host.persistentLoad(this.#pop());
      case 0x52: // REDUCE
        return this.#reduce();
      default:
        return undefined;
    }
  }

  /** Opcodes that change what is there. False for one that is not known. */
  #effect(opcode: number): boolean {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#u8() > 5) throw this.#refused('its protocol is newer than 5');
        return true;
      case 0x95: // FRAME
        this.#take(8);
        return true;
      case 0x61: // APPEND
      case 0x65: // APPENDS
        this.#append(opcode === 0x61 ? [this.#pop()] : this.#popToMark());
        return true;
      case 0x73: // SETITEM
      case 0x75: // SETITEMS
        this.#setItems(opcode === 0x73 ? this.#popMany(2) : this.#popToMark());
        return true;
      case 0x71: // BINPUT
        this.#remember(this.#u8());
        return true;
      case 0x72: // LONG_BINPUT
        this.#remember(this.#int(4));
        return true;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        return true;
      case 0x62: // BUILD
        this.#build();
        return true;
      default:
        return false;
    }
  }

  #reduce(): Pickled {
    const args = this.#pop();
    const target = this.#pop();
    if (!(target instanceof PickleGlobal) || target.call === undefined || !(args instanceof PickleTuple)) {
      throw this.#refused('it calls something that is no function of tensors');
    }
    return target.call(args.items);
  }

  /** State dicts carry `_metadata` as an attribute; nothing here reads it. No other object may be given attributes. */
  #build(): void {
    const state = this.#pop();
    if (!(state instanceof Map) || !(this.#stack.at(-1) instanceof Map)) {
      throw this.#refused('it sets attributes of something that is no ordered dict');
    }
  }

  #append(items: Pickled[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw this.#refused('it appends to something that is no list');
    for (const item of items) list.push(item);
  }

  #setItems(items: Pickled[]): void {
    const map = this.#stack.at(-1);
    if (!(map instanceof Map) || items.length % 2 !== 0) throw this.#refused('it sets items of what is no dict');
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  }

  #global(name: string): PickleGlobal {
    const found = this.#host.globals.get(name);
    if (found === undefined) throw this.#refused(`it asks for the Python object ${JSON.stringify(name.slice(0, 100))}`);
    return found;
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw this.#refused('its stack is inconsistent');
    return value;
  }

  #popMany(count: number): Pickled[] {
    const items = Array.from({ length: count }, () => this.#pop());
    return items.reverse();
  }

  #popToMark(): Pickled[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.#refused('its stack is inconsistent');
    return this.#stack.splice(mark).slice(1) as Pickled[];
  }

  #remember(key: number): void {
    const top = this.#stack.at(-1);
    if (top === undefined || top === MARK) throw this.#refused('its stack is inconsistent');
    this.#memo.set(key, top);
  }

  #recall(key: number): Pickled {
    const value = this.#memo.get(key);
    if (value === undefined) throw this.#refused('it refers to a value it never made');
    return value;
  }

  #take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw this.#refused('it ends early');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #u8(): number {
    return this.#take(1)[0]!;
  }

  /** Little-endian, unsigned. */
  #int(size: 2 | 4): number {
    this.#take(size);
    return size === 2 ? this.#view.getUint16(this.#at - 2, true) : this.#view.getUint32(this.#at - 4, true);
  }

  #utf8(length: number): string {
    return Buffer.from(this.#take(length)).toString('utf8');
  }

  #latin1(length: number): string {
    return Buffer.from(this.#take(length)).toString('latin1');
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw this.#refused('a name in it has no end');
    const line = this.#utf8(end - this.#at);
    this.#at += 1;
    return line;
  }

  #refused(why: string): OslerError {
    return refused(this.#host.file, why);
  }
}

export function refused(file: string, why: string): OslerError {
  return new OslerError('WEIGHTS_INVALID', `${file} is refused: ${why}. Nothing in it was executed.`, {
    hint: 'Osler reads tensors in dicts from .pth files and nothing else; convert the weights to .safetensors where you trust them.',
  });
}

/** Two's complement, little-endian, any length. */
function signed(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  if (bytes.length > 0 && bytes.at(-1)! > 0x7f) value -= 1n << BigInt(8 * bytes.length);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/**
 * Reads the pickle that starts at byte `at`. `end` is the byte after its STOP.
 * @throws OslerError WEIGHTS_INVALID naming the opcode or object that is refused
 */
export function unpickle(bytes: Uint8Array, at: number, host: PickleHost): { value: Pickled; end: number } {
  return new Unpickler(bytes, at, host).run();
}
