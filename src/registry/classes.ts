import type { RegistryReader, VersionRow } from '../store/registry/types.ts';
import { versionName } from './names.ts';

/**
 * How the answers of a version differ in kind from those of another: in the classes, their order (some protocols give probabilities as a
 * list), or the classes that count as positive. Null where they do not, or where nothing is known of one of them.
 */
export function classesUnlike(version: VersionRow, other: VersionRow): string | null {
  const mine = version.record.bundle;
  const known = other.record.bundle;
  if (mine === null || known === null) return null;
  const less = known.labels.filter((label) => !mine.labels.includes(label));
  const more = mine.labels.filter((label) => !known.labels.includes(label));
  const says = [
    ...(less.length === 0 ? [] : [`without ${less.join(', ')}`]),
    ...(more.length === 0 ? [] : [`with ${more.join(', ')}`]),
  ];
  const name = versionName(other);
  if (says.length > 0) return `other classes than ${name}: ${says.join(', ')}`;
  if (String(mine.labels) !== String(known.labels)) return `the classes of ${name} in another order`;
  // Versions from before this was written down say nothing of it.
  if (mine.positive === undefined || known.positive === undefined) return null;
  const [ours, theirs] = [mine.positive, known.positive].map((labels) => labels?.toSorted().join(', ') ?? 'none');
  return ours === theirs ? null : `other positive classes than ${name}: ${ours}, not ${theirs}`;
}

/** The same in words, of a version and the one of its model that was registered before it. */
export async function unlikeBefore(registry: RegistryReader, version: VersionRow): Promise<string | null> {
  const all = await registry.versions(version.model);
  const before = all
    .filter((one) => one.version < version.version && one.status !== 'rejected')
    .toSorted((a, b) => b.version - a.version)[0];
  const words = before === undefined ? null : classesUnlike(version, before);
  return words && `${versionName(version)} has ${words}.`;
}
