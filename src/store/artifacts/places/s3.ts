import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { type KnownFile, keyOf, notThere, type Place, type RemoteAddress, storageError } from './place.ts';

const MiB = 2 ** 20;
/** Larger contents go in parts, of which each is checked by the server and kept when the connection breaks. */
const ONE_REQUEST = 16 * MiB;
/** At least 5 MiB, at most 10,000 of them: a content's size alone decides, so that a second attempt cuts in the same places. */
const partBytes = (bytes: number): number => Math.max(8 * MiB, Math.ceil(bytes / 9_000 / MiB) * MiB);
/** A connection on which neither side says anything for so long is given up; the library tries three. Without it a request would wait for ever. */
const SILENT_MS = 15_000;
/** Parts under way at once, each in memory. */
const AT_ONCE = 4;

/**
 * Contents in a bucket of S3 or of any server that speaks its protocol. Credentials come from where AWS's own tools take them.
 * Sums: `Content-MD5` with every request, which all servers know; the newer trailers are refused by some.
 */
export async function s3Place(address: RemoteAddress, silentMs = SILENT_MS): Promise<Place> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket: Bucket, endpoint, text } = address;
  const client: S3Client = new sdk.S3Client({
    ...(address.region === undefined
      ? endpoint === undefined
        ? {}
        : { region: 'us-east-1' }
      : { region: address.region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: silentMs },
  });
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw storageError(text, error);
    });

  async function stat(sha256: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: keyOf(address, sha256) }));
      return ContentLength ?? 0;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw storageError(text, error);
    }
  }

  async function put(file: KnownFile, signal?: AbortSignal): Promise<void> {
    const Key = keyOf(address, file.sha256);
    const abort = signal === undefined ? {} : { abortSignal: signal };
    const source = await open(file.path);
    try {
      if (file.bytes <= ONE_REQUEST) {
        const Body = await readPart(source, 0, file.bytes);
        await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentMD5: md5(Body, 'base64') }), abort);
        return;
      }
      const [known] = await unfinished(Key, abort);
      const UploadId = known ?? (await begin(Key));
      const there = known === undefined ? new Map<number, string>() : await partsOf(Key, known);
      const size = partBytes(file.bytes);
      const count = Math.ceil(file.bytes / size);
      const parts: { PartNumber: number; ETag: string }[] = [];
      let next = 0;
      const worker = async (): Promise<void> => {
        while (next < count) {
          signal?.throwIfAborted();
          const n = next++;
          const Body = await readPart(source, n * size, Math.min(size, file.bytes - n * size));
          const PartNumber = n + 1;
          // Sent before the break; its sum says that it is this part of this content.
          if (there.get(PartNumber) === md5(Body, 'hex')) {
            parts[n] = { PartNumber, ETag: `"${md5(Body, 'hex')}"` };
            continue;
          }
          const { ETag } = await client.send(
            new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ContentMD5: md5(Body, 'base64') }),
            abort,
          );
          parts[n] = { PartNumber, ETag: ETag! };
        }
      };
      const workers = Array.from({ length: Math.min(AT_ONCE, count) }, () =>
        worker().catch((error) => {
          next = count;
          throw error;
        }),
      );
      for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason;
      await client.send(
        new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
        abort,
      );
    } catch (error) {
      // Another process may have finished the same content.
      if ((error as Error).name === 'NoSuchUpload' && (await stat(file.sha256)) === file.bytes) return;
      throw error;
    } finally {
      await source.close();
    }
  }

  async function begin(Key: string): Promise<string> {
    const { UploadId } = await client.send(
      new sdk.CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'application/octet-stream' }),
    );
    return UploadId!;
  }

  /** Uploads of one key that were begun and not ended, newest first. */
  async function unfinished(Key: string, abort: { abortSignal?: AbortSignal }): Promise<string[]> {
    const { Uploads = [] } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }), abort);
    return Uploads.filter((upload) => upload.Key === Key)
      .sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0))
      .map((upload) => upload.UploadId!);
  }

  async function partsOf(Key: string, UploadId: string): Promise<Map<number, string>> {
    const parts = new Map<number, string>();
    // By hand: the library's own pages never end with servers that name a next page which is not there.
    for (let marker: string | undefined; ; ) {
      const page = await client.send(new sdk.ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: marker }));
      for (const part of page.Parts ?? []) parts.set(part.PartNumber!, (part.ETag ?? '').replaceAll('"', ''));
      if (page.IsTruncated !== true) break;
      marker = page.NextPartNumberMarker;
    }
    return parts;
  }

  return {
    address: text,
    stat,
    put: (file, signal) => guarded(put(file, signal)),
    async read(sha256, offset) {
      const range = offset === 0 ? {} : { Range: `bytes=${offset}-` };
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(address, sha256), ...range }));
        return Body as Readable;
      } catch (error) {
        throw isAbsent(error) ? notThere(text, sha256) : storageError(text, error);
      }
    },
    remove: (sha256) =>
      guarded(
        (async () => {
          const Key = keyOf(address, sha256);
          const abort = { abortSignal: AbortSignal.timeout(60_000) };
          for (const UploadId of await unfinished(Key, abort))
            await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), abort);
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), abort);
        })(),
      ),
    close: () => client.destroy(),
  };
}

function isAbsent(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return name === 'NoSuchKey' || (name === 'NotFound' && $metadata?.httpStatusCode === 404);
}

async function readPart(file: Awaited<ReturnType<typeof open>>, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  for (let filled = 0; filled < bytes; ) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}

function md5(data: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash('md5').update(data).digest(encoding);
}
