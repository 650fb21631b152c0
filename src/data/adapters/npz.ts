import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import { OslerError } from '../../errors.ts';
import { encodePng } from '../png.ts';
import type { Split } from '../sample.ts';
import type { Item, Source } from './adapter.ts';
import { splitOfName } from './folders.ts';
import { MEDMNIST } from './medmnist.ts';
import { type NpyHeader, NpyReader, numberAt } from './npy.ts';

interface Part {
  split: Split;
  images: ZipEntry;
  labels: ZipEntry;
}

/**
 * An `.npz` as MedMNIST writes it: `{train,val,test}_images` [N,H,W] or [N,H,W,3|1|4] of 8 or 16 bit and `..._labels` [N] or
 * [N,1] of whole numbers. Streamed image by image, zip64 included; each becomes a PNG without loss.
 * Throws DATA_INVALID naming the array that is missing or of another kind.
 */
export async function npzSource(path: string): Promise<Source> {
  const parts = await withZip(path, async (zip) => findParts(zip, path));
  const info = await stat(path, { bigint: true });
  const fingerprint = `${info.size}:${info.mtimeNs}:${info.ino}`;
  const names =
    MEDMNIST[
      basename(path)
        .replace(/(_(28|64|128|224))?\.npz$/i, '')
        .toLowerCase()
    ];

  async function* items(known: (key: string, fingerprint: string) => boolean): AsyncGenerator<Item> {
    const zip = await openZip(path);
    try {
      for (const part of parts) {
        for await (const { index, label, png, shape } of readPart(zip, part, path, (i) =>
          known(keyOf(part, i), fingerprint),
        )) {
          yield {
            id: `${part.split}/${index}`,
            label: names?.[label] ?? String(label),
            given: part.split,
            meta: {},
            content: {
              kind: 'archive',
              key: keyOf(part, index),
              fingerprint,
              bytes: png,
              width: shape.width,
              height: shape.height,
            },
          };
        }
      }
    } finally {
      zip.close();
    }
  }
  const keyOf = (part: Part, index: number) => `${path}#${part.images.fileName}/${index}`;
  return {
    format: 'npz',
    description: `arrays ${parts.map((part) => part.images.fileName.replace(/\.npy$/, '')).join(', ')}; splits given`,
    count: () => withZip(path, (zip) => countImages(zip, parts, path)),
    items,
    notes: () => [],
  };
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not a whole .npz archive.`, {
      hint: 'Fetch or write it again.',
      cause,
    });
  }
}

async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(path);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

async function findParts(zip: ZipFile, path: string): Promise<Part[]> {
  const entries = new Map<string, ZipEntry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  const parts: Part[] = [];
  for (const [name, images] of entries) {
    const split = splitOfName(/^(.*)_images\.npy$/.exec(name)?.[1] ?? '');
    if (split === undefined) continue;
    const labels = entries.get(name.replace('_images', '_labels'));
    if (labels === undefined) throw new OslerError('DATA_INVALID', `${path} has ${name} but no labels for it.`);
    parts.push({ split, images, labels });
  }
  if (parts.length === 0) {
    throw new OslerError(
      'DATA_INVALID',
      `${path} holds no train_images, val_images or test_images; it has ${[...entries.keys()].join(', ') || 'nothing'}.`,
      {
        hint: "An .npz is read in MedMNIST's layout.",
      },
    );
  }
  return parts;
}

async function countImages(zip: ZipFile, parts: readonly Part[], path: string): Promise<number> {
  let count = 0;
  for (const { images } of parts) {
    const reader = await openArray(zip, images, path);
    count += (await reader.header()).shape[0] ?? 0;
    await reader.close();
  }
  return count;
}

/** The images with their labels; `png` is absent where `known` says so, and then not even encoded. */
async function* readPart(zip: ZipFile, part: Part, path: string, known: (index: number) => boolean) {
  const labels = await openArray(zip, part.labels, path);
  const images = await openArray(zip, part.images, path);
  try {
    const labelHeader = await labels.header();
    const header = await images.header();
    const shape = imageShape(images, header);
    const count = header.shape[0]!;
    if (labelHeader.shape[0] !== count) throw labels.invalid(`it has ${labelHeader.shape[0]} rows for ${count} images`);
    if (labelHeader.kind === 'f' || labelHeader.shape.slice(1).some((n) => n !== 1)) {
      throw labels.invalid('a label is one whole number an image; several at once are not read');
    }
    const size = shape.height * shape.width * shape.channels * header.bytes;
    for (let index = 0; index < count; index++) {
      const label = numberAt(await labels.read(labelHeader.bytes), 0, labelHeader);
      const seen = known(index);
      if (seen) await images.skip(size);
      const raw = seen ? undefined : { ...shape, data: await images.read(size) };
      yield { index, label, png: raw === undefined ? undefined : encodePng(raw), shape };
    }
    await images.end();
  } finally {
    await images.close();
    await labels.close();
  }
}

function imageShape(reader: NpyReader, { shape, kind, bytes }: NpyHeader) {
  const [, height = 0, width = 0, channels = 1] = shape;
  if (kind !== 'u' || bytes > 2) throw reader.invalid('images are whole numbers of 8 or 16 bit, not negative');
  if (shape.length < 3 || shape.length > 4 || ![1, 3, 4].includes(channels) || height < 1 || width < 1) {
    throw reader.invalid(
      `its shape [${shape.join(', ')}] is not [images, height, width] or [images, height, width, channels]`,
    );
  }
  return { height, width, channels: channels as 1 | 3 | 4, bitDepth: bytes === 1 ? (8 as const) : (16 as const) };
}

async function openArray(zip: ZipFile, entry: ZipEntry, path: string): Promise<NpyReader> {
  const name = `${entry.fileName} of ${basename(path)}`;
  const stream = await zip.openReadStreamPromise(entry).catch((cause: unknown) => {
    throw new OslerError('DATA_INVALID', `${name} can not be read: ${(cause as Error).message}.`, { cause });
  });
  return new NpyReader(checked(stream as AsyncIterable<Buffer>, entry, name), name);
}

/** The entry's bytes; at their end the archive's checksum is compared. */
async function* checked(stream: AsyncIterable<Buffer>, entry: ZipEntry, name: string): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    for await (const chunk of stream) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${name} is damaged: ${(cause as Error).message}.`, { cause });
  }
  if (sum !== entry.crc32) throw new OslerError('DATA_INVALID', `${name} is damaged: its checksum is wrong.`);
}
