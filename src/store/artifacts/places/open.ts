import { OslerError } from '../../../errors.ts';
import type { LocalPlace } from './local.ts';
import type { Place } from './place.ts';
import { LOCAL, parseAddress } from './place.ts';

/** Places by their addresses, each opened once: the libraries that speak to them are loaded when the first one is. */
export interface Places {
  readonly local: LocalPlace;
  /** The address of the object store contents are to lie in; undefined for this machine's disk. */
  readonly target: string | undefined;
  at(address: string): Promise<Place>;
  close(): Promise<void>;
}

export function openPlaces(home: string, local: LocalPlace, target: string | undefined): Places {
  const opened = new Map<string, Promise<Place>>();
  const open = async (text: string): Promise<Place> => {
    const address = parseAddress(text);
    if (address.kind === 's3') return (await import('./s3.ts')).s3Place(address);
    return (await import('./gcs.ts')).gcsPlace(address, home);
  };
  return {
    local,
    target,
    async at(address) {
      if (address === LOCAL) return local;
      let place = opened.get(address);
      if (place === undefined) {
        place = open(address);
        opened.set(address, place);
      }
      return place.catch((error: Error) => {
        opened.delete(address);
        throw error instanceof OslerError
          ? error
          : new OslerError('STORE_FAILED', `${address} can't be opened: ${error.message}`, { cause: error });
      });
    },
    async close() {
      for (const place of opened.values()) await place.then((p) => p.close()).catch(() => undefined);
    },
  };
}
