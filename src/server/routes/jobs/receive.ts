import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { DEFAULT_LIMITS } from '../../../data/decode-limits.ts';
import { OslerError } from '../../../errors.ts';
import { entryKind } from '../../../pipeline/jobs/source.ts';
import { badForm } from '../../image-body.ts';

/** What one request may bring. */
export const UPLOAD = {
  files: 10_000,
  images: 100_000,
  /** Of one file. */
  bytes: 8 * 2 ** 30,
  imageBytes: DEFAULT_LIMITS.maxBytes,
  /** Of all images, unpacked: what is kept on the disk. */
  total: 64 * 2 ** 30,
};

export interface Received {
  name: string;
  bytes: Uint8Array;
}

export interface Receiver {
  /** Said before the first file. */
  field(name: string, value: unknown): void;
  /** Each image once it is whole; the next one waits for it. */
  image(received: Received): Promise<void>;
}

/** Archives of pictures hardly shrink them; of what grows more than this something else is meant. */
const MOST_GROWTH = 100;
/** So much may come of however little: a scan that is one colour. */
const FREE_GROWTH = 64 * 2 ** 20;

/** How much of an archive is inflated before what came of it is looked at: at most a thousand times as much. */
const SLICE = 4_096;

/**
 * Reads a form with images and ZIP archives of images, one image in memory at a time; what it gives is how many entries of archives were
 * left out, being no images by their names or hidden. Throws USAGE for a form without any or one that is broken, IMAGE_TOO_LARGE,
 * DATA_INVALID for a damaged archive.
 */
export async function receiveImages(request: FastifyRequest, receiver: Receiver): Promise<{ skipped: number }> {
  if (!request.isMultipart()) {
    throw new OslerError('IMAGE_TYPE', 'A job comes as a form with image files or ZIP archives.', {
      hint: 'curl -F deployment=derma -F file=@scans.zip .../v1/jobs',
    });
  }
  let images = 0;
  let skipped = 0;
  let bytes = 0;
  const add = async (received: Received): Promise<void> => {
    images += 1;
    bytes += received.bytes.length;
    if (bytes > UPLOAD.total)
      throw new OslerError('IMAGE_TOO_LARGE', `The images of a job have ${UPLOAD.total / 2 ** 30} GiB at most.`);
    if (images > UPLOAD.images) throw new OslerError('IMAGE_TOO_LARGE', `A job has ${UPLOAD.images} images at most.`);
    await receiver.image(received);
  };
  const limits = { files: UPLOAD.files, parts: UPLOAD.files + 20, fields: 20, fileSize: UPLOAD.bytes };
  const read = async (): Promise<void> => {
    // A folder that was dropped: two images of one name lie in two of its folders.
    for await (const part of request.parts({ limits, preservePath: true })) {
      if (part.type === 'field') receiver.field(part.fieldname, part.value);
      else skipped += await readFile(part, add);
    }
  };
  await read().catch(badForm);
  if (images === 0) {
    const found = skipped === 0 ? '' : ` ${skipped} ${skipped === 1 ? 'entry' : 'entries'} of archives were left out.`;
    throw new OslerError('USAGE', `There is no image in the form, nor in an archive of it.${found}`, {
      hint: 'Images are known by their endings: .png, .jpg, .tif, .bmp, .webp.',
    });
  }
  return { skipped };
}

/** How many of its entries were left out. */
async function readFile(
  { file, filename }: MultipartFile,
  add: (received: Received) => Promise<void>,
): Promise<number> {
  let head: Buffer | undefined;
  let archive: ArchiveReader | undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    size += chunk.length;
    head = head === undefined ? chunk : head;
    if (archive === undefined && chunks.length === 0 && head.length >= 4 && isArchive(head))
      archive = new ArchiveReader(filename, add);
    if (archive !== undefined) await archive.push(chunk);
    else {
      if (size > UPLOAD.imageBytes) throw tooLarge(filename);
      chunks.push(chunk);
    }
  }
  if (file.truncated) throw new OslerError('IMAGE_TOO_LARGE', 'A file of the form is larger than this server accepts.');
  if (archive !== undefined) {
    await archive.end();
    return archive.skipped;
  }
  // A field for files that was left empty; a file without bytes has an error of its own, in its line.
  if (size > 0 || filename !== '') await add({ name: filename.replace(/^[./\\]+/, ''), bytes: Buffer.concat(chunks) });
  return 0;
}

const isArchive = (head: Buffer): boolean => head.readUInt32LE(0) === 0x04034b50;
const tooLarge = (name: string): OslerError =>
  new OslerError(
    'IMAGE_TOO_LARGE',
    `${name.slice(0, 300)} has more than ${UPLOAD.imageBytes / 2 ** 20} MiB: nothing of the form was taken.`,
    { hint: 'Scale that image down, or leave it out.' },
  );

/** Inflates a ZIP archive as it arrives; what is no image by its name is passed over. */
class ArchiveReader {
  /** Entries that were left out. */
  skipped = 0;
  private readonly name: string;
  private readonly unzip: Unzip;
  private readonly add: (received: Received) => Promise<void>;
  private readonly whole: Received[] = [];
  private fault: OslerError | undefined;
  private open = 0;
  private packed = 0;
  private unpacked = 0;

  constructor(name: string, add: (received: Received) => Promise<void>) {
    this.name = name;
    this.add = add;
    this.unzip = new Unzip((entry) => this.entry(entry));
    this.unzip.register(UnzipInflate);
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += SLICE) {
      this.feed(chunk.subarray(at, at + SLICE), false);
      await this.drain();
    }
  }

  async end(): Promise<void> {
    this.feed(new Uint8Array(), true);
    await this.drain();
    if (this.open > 0) throw damaged();
  }

  private feed(slice: Uint8Array, last: boolean): void {
    this.packed += slice.length;
    try {
      this.unzip.push(slice, last);
    } catch (cause) {
      throw this.fault ?? (cause instanceof OslerError ? cause : damaged(cause));
    }
    if (this.fault !== undefined) throw this.fault;
  }

  private async drain(): Promise<void> {
    for (let one = this.whole.shift(); one !== undefined; one = this.whole.shift()) await this.add(one);
  }

  private entry(entry: UnzipFile): void {
    const kind = entryKind(entry.name);
    if (kind === 'other') this.skipped += 1;
    if (kind !== 'image') return;
    const chunks: Uint8Array[] = [];
    let size = 0;
    this.open += 1;
    entry.ondata = (error, chunk, final) => {
      if (error !== null) this.fault ??= damaged(error);
      if (this.fault !== undefined) return;
      size += chunk.length;
      this.unpacked += chunk.length;
      const grows = this.unpacked > FREE_GROWTH && this.unpacked > MOST_GROWTH * this.packed;
      if (size > UPLOAD.imageBytes || grows) {
        this.fault = grows ? bomb() : tooLarge(`${entry.name} in ${this.name}`);
        entry.terminate();
        return;
      }
      chunks.push(chunk);
      if (!final) return;
      this.open -= 1;
      this.whole.push({ name: entry.name, bytes: Buffer.concat(chunks) });
    };
    entry.start();
  }
}

const bomb = (): OslerError =>
  new OslerError('DATA_INVALID', `A ZIP archive of the form unpacks to more than ${MOST_GROWTH} times its size.`, {
    hint: 'Pictures hardly shrink in an archive: send them as they are.',
  });
const damaged = (cause?: unknown): OslerError =>
  new OslerError(
    'DATA_INVALID',
    'A ZIP archive of the form is damaged, cut off, or packed in a way that is not known here.',
    {
      cause,
    },
  );
