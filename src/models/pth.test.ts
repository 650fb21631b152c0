import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { OslerError } from '../errors.ts';
import { toFloats } from './adapt.ts';
import { type PickleHost, unpickle } from './pickle.ts';
import { readPth } from './pth.ts';
import { torchHost } from './torch-pickle.ts';

interface Golden {
  good: Record<string, string>;
  module: string;
  moduleNames: Record<string, number[]>;
  values: Record<string, [number[], number[]]>;
  hostile: Record<string, string>;
}
const golden = JSON.parse(readFileSync(new URL('goldens/pth.json', import.meta.url), 'utf8')) as Golden;
let dir = '';

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'osler-pth-'));
});
after(() => rm(dir, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(dir, 'weights.pth');
  await writeFile(path, typeof content === 'string' ? Buffer.from(content, 'base64') : content);
  return path;
}

const isRefusal = (error: unknown) =>
  error instanceof OslerError && error.code === 'WEIGHTS_INVALID' && error.message.includes('weights.pth');

describe('files of torch.save', () => {
  for (const [name, content] of Object.entries(golden.good)) {
    test(name, async () => {
      const tensors = await readPth(await fileOf(content));
      assert.deepEqual([...tensors.keys()].sort(), Object.keys(golden.values).sort());
      for (const [tensor, [shape, values]] of Object.entries(golden.values)) {
        const read = tensors.get(tensor)!;
        assert.deepEqual(read.shape, shape, tensor);
        const numbers = read.data instanceof Uint16Array ? [...toFloats(read, tensor)] : [...read.data].map(Number);
        assert.deepEqual(numbers, values, tensor);
      }
    });
  }

  test("a module's state dict, whose metadata is an attribute", async () => {
    const tensors = await readPth(await fileOf(golden.module));
    assert.deepEqual(Object.fromEntries([...tensors].map(([n, t]) => [n, t.shape])), golden.moduleNames);
  });
});

describe('hostile files', () => {
  for (const [name, content] of Object.entries(golden.hostile)) {
    test(`${name} is refused and not executed`, async () => {
      await assert.rejects(readPth(await fileOf(content)), (error: Error) => {
        assert.ok(isRefusal(error), error.message);
        assert.match(error.message, /Nothing in it was executed/);
        return true;
      });
      assert.equal(existsSync('/tmp/osler-was-hacked'), false);
    });
  }

  test('the refused object is named', async () => {
    await assert.rejects(readPth(await fileOf(golden.hostile['os.system in a zip']!)), /posix\.system/);
  });

  test('truncated and altered files give an error, never a crash', async () => {
    for (const key of ['zip', 'legacy']) {
      const bytes = Buffer.from(golden.good[key]!, 'base64');
      for (let cut = 0; cut < bytes.length; cut += 97) {
        await assert.rejects(readPth(await fileOf(bytes.subarray(0, cut))), isRefusal, `${key} cut at ${cut}`);
      }
    }
  });

  test('something else entirely', async () => {
    await assert.rejects(readPth(await fileOf(Buffer.from('GIF89a'))), isRefusal);
    await assert.rejects(readPth(await fileOf(new Uint8Array())), isRefusal);
    await assert.rejects(readPth(join(dir, 'absent.pth')), { code: 'NOT_FOUND' });
  });
});

describe('the unpickler', () => {
  const host = torchHost('weights.pth');
  const read = (bytes: number[]) => unpickle(Uint8Array.from(bytes), 0, host).value;
  const text = (s: string) => [...Buffer.from(s)];

  test('knows no opcode that constructs, imports by extension or calls', () => {
    const refusedOpcodes = { INST: 0x69, OBJ: 0x6f, NEWOBJ: 0x81, NEWOBJ_EX: 0x92, EXT1: 0x82, EXT2: 0x83, EXT4: 0x84 };
    const others = {
      PERSID: 0x50,
      STRING: 0x53,
      LONG4: 0x8b,
      EMPTY_SET: 0x8f,
      BYTEARRAY8: 0x96,
      NEXT_BUFFER: 0x97,
      POP: 0x30,
    };
    for (const opcode of Object.values({ ...refusedOpcodes, ...others })) {
      assert.throws(() => read([0x80, 2, opcode, 0, 0, 0, 0, 0x2e]), /holds the opcode/);
    }
  });

  test('a global must be named exactly; neither prefixes nor prototypes help', () => {
    for (const name of [
      'builtins\neval',
      'torch\nload',
      'collections\nOrderedDict.x',
      '__proto__\nconstructor',
      'torch._utils\n_rebuild',
    ]) {
      assert.throws(() => read([0x80, 2, 0x63, ...text(`${name}\n`), 0x2e]), /asks for the Python object/);
    }
  });

  test('a storage type is no function', () => {
    assert.throws(() => read([0x63, ...text('torch\nFloatStorage\n'), 0x29, 0x52, 0x2e]), /no function of tensors/);
  });

  test('attributes are set on nothing but dicts', () => {
    assert.throws(() => read([0x5d, 0x7d, 0x62, 0x2e]), /sets attributes/);
  });

  test('keys like __proto__ stay keys', () => {
    const key = text('__proto__');
    const value = read([0x80, 2, 0x7d, 0x58, key.length, 0, 0, 0, ...key, 0x4b, 1, 0x73, 0x2e]);
    assert.ok(value instanceof Map && value.get('__proto__') === 1);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  test('tensors may not be larger than their storage, nor reach beyond it', () => {
    const tensor = (offset: number, shape: number, stride: number) => [
      ...[0x80, 2, 0x63, ...text('torch._utils\n_rebuild_tensor_v2\n'), 0x28],
      ...[
        0x28,
        0x8c,
        7,
        ...text('storage'),
        0x63,
        ...text('torch\nFloatStorage\n'),
        0x8c,
        1,
        0x30,
        0x8c,
        3,
        ...text('cpu'),
        0x4b,
        4,
      ],
      ...[0x74, 0x51, 0x4b, offset, 0x4b, shape, 0x85, 0x4b, stride, 0x85, 0x89, 0x7d, 0x74, 0x52, 0x2e],
    ];
    assert.ok(read(tensor(0, 4, 1)));
    for (const bad of [tensor(1, 4, 1), tensor(0, 200, 0), tensor(0, 3, 2)]) {
      assert.throws(() => read(bad), /beyond its storage/);
    }
  });

  test('an endless stack and endless dicts are stopped', () => {
    assert.throws(() => read(Array(1_200_000).fill(0x28)), /grows without end/);
  });

  test('any bytes give a value or a refusal', () => {
    const permissive: PickleHost = { ...host, persistentLoad: () => null };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          unpickle(bytes, 0, permissive);
        } catch (error) {
          assert.ok(isRefusal(error), String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
