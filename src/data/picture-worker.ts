import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { OslerError } from '../errors.ts';
import { answerRequests } from '../threads/thread-side.ts';
import { smallPicture } from './thumbnail.ts';

/** A picture of an image of a dataset: its longer side at most `side` pixels. `sha256` is that of the bytes that were imported. */
export interface PictureRequest {
  path: string;
  sha256: string;
  side: number;
}

/** Without the path: names of files count as patient data, and what is thrown here goes to whoever asked over HTTP. */
answerRequests<PictureRequest, Uint8Array>(async ({ path, sha256, side }) => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new OslerError('NOT_FOUND', 'The file of this image is gone.', { cause });
  });
  if (hash('sha256', bytes) !== sha256) {
    throw new OslerError('DATA_INVALID', 'The file of this image was changed after it was imported.', {
      hint: 'Import the data again; it makes a new version.',
    });
  }
  const picture = new Uint8Array(await smallPicture(bytes, side));
  return { response: picture, transfer: [picture.buffer] };
});
