import { OslerError } from '../../errors.ts';
import type { StringMap } from '../../store/scratch.ts';
import { resolveUri } from '../objects.ts';
import type { Contents } from './find.ts';
import { unpackFingerprint } from './fingerprint.ts';

/** What an import read, as contents to look through. @param files sha256 -> JSON of [uri, width, height]. */
export function contentsOf(from: { home: string; files: StringMap; fingerprints: StringMap }): Contents {
  const { home, files, fingerprints } = from;
  return {
    hashes: Array.from(files.entries(), ([sha]) => sha),
    fingerprint: (sha) => {
      const packed = fingerprints.get(sha);
      if (packed === undefined) throw new OslerError('INTERNAL', `The fingerprint of ${sha} is missing.`);
      return unpackFingerprint(packed);
    },
    file: (sha) => {
      const [uri, width, height] = JSON.parse(files.get(sha)!) as [string, number, number];
      return { path: resolveUri(home, uri), width, height };
    },
  };
}
