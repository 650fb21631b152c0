import type { Readable } from 'node:stream';
import { OslerError } from '../../../errors.ts';

/** A file on this machine whose content is known. */
export interface KnownFile {
  path: string;
  sha256: string;
  bytes: number;
}

/** Where contents lie, each under its sha256. */
export interface Place {
  /** As it stands in the store beside each content: `local`, or an address without secrets. */
  readonly address: string;
  /** Writes a content; again for one that is there changes nothing. One that was broken off goes on where it stopped. */
  put(file: KnownFile, signal?: AbortSignal): Promise<void>;
  /** Its size in bytes; undefined where it is not there. */
  stat(sha256: string): Promise<number | undefined>;
  /** From `offset` on. Throws NOT_FOUND. */
  read(sha256: string, offset: number): Promise<Readable>;
  /** Also what of an unfinished `put` is left. Nothing happens where there is none. Ends within a minute, done or not. */
  remove(sha256: string): Promise<void>;
  close(): void;
}

export const LOCAL = 'local';

/** An object store: `s3://bucket/prefix` or `gs://bucket/prefix`. */
export interface RemoteAddress {
  kind: 's3' | 'gs';
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  prefix: string;
  /** Of a server that speaks the protocol; undefined for the provider's own. */
  endpoint: string | undefined;
  region: string | undefined;
  /** The normal form: what is kept in the store. */
  text: string;
}

const HINT =
  'It looks like s3://bucket/prefix or gs://bucket/prefix; for a server of your own add ?endpoint=http://host:port';

/** Throws USAGE for anything but the address of an object store. Secrets have no place in it: they come from the environment. */
export function parseAddress(text: string): RemoteAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url?.protocol === 's3:' ? 's3' : url?.protocol === 'gs:' ? 'gs' : undefined;
  if (url === undefined || kind === undefined || url.host === '')
    throw new OslerError('USAGE', 'OSLER_ARTIFACTS is not the address of an object store.', { hint: HINT });
  if (url.username !== '' || url.password !== '' || url.port !== '')
    throw new OslerError('USAGE', 'OSLER_ARTIFACTS may hold neither a user, a password nor a port.', {
      hint: 'Credentials come from where the provider’s own tools take them: AWS_ACCESS_KEY_ID, ~/.aws, GOOGLE_APPLICATION_CREDENTIALS.',
    });
  const unknown = [...url.searchParams.keys()].find((key) => key !== 'endpoint' && key !== 'region');
  if (unknown !== undefined)
    throw new OslerError('USAGE', `OSLER_ARTIFACTS has an unknown option "${unknown}".`, {
      hint: 'There are endpoint and region.',
    });
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^/@?#]+\/?$/.test(endpoint))
    throw new OslerError('USAGE', 'The endpoint in OSLER_ARTIFACTS is not an address like http://host:port.', {
      hint: HINT,
    });
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  const region = url.searchParams.get('region') ?? undefined;
  const options = new URLSearchParams({
    ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/$/, '') }),
    ...(region === undefined ? {} : { region }),
  });
  const normal = `${kind}://${url.host}${prefix === '' ? '' : `/${encodeURI(prefix)}`}${options.size === 0 ? '' : `?${options}`}`;
  return { kind, bucket: url.host, prefix, endpoint: endpoint?.replace(/\/$/, ''), region, text: normal };
}

/** `prefix/ab/abcdef...`: object stores and people both like few names in one place. */
export function keyOf({ prefix }: RemoteAddress, sha256: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}${sha256.slice(0, 2)}/${sha256}`;
}

export function notThere(address: string, sha256: string): OslerError {
  return new OslerError('NOT_FOUND', `The content ${sha256.slice(0, 12)} is not at ${address}.`, {
    hint:
      address === LOCAL
        ? 'It may lie on the machine that recorded it: osler store push there brings it to the object store.'
        : 'osler store check says what else is missing.',
  });
}

/** What an object store refuses, as a sentence. */
export function storageError(address: string, error: unknown): unknown {
  if (error instanceof OslerError || (error as Error)?.name === 'AbortError') return error;
  const { name, message, code } = error as Error & { code?: string };
  const said = [name === 'Error' ? (code ?? '') : name, message].filter((text) => text && text !== 'UnknownError');
  return new OslerError('STORE_FAILED', `${address} can't be used: ${said.join(': ').slice(0, 300)}.`, {
    hint: 'See that the address is right, that it can be reached, and that your credentials may read and write there.',
    cause: error,
  });
}
