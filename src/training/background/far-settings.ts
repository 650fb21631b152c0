import { commandLineOverride } from '../../config/overrides.ts';
import type { Tree } from '../../config/tree.ts';
import { OslerError } from '../../errors.ts';
import { TrainConfig } from '../config.ts';

/** As architectures publish weights; never a path or an address. */
const PUBLISHED = /^[\w-]+$/;

/**
 * Refuses settings (`key=value`) that would have this machine read a file or call an address for somebody who is elsewhere: a tracker's
 * `uri`, which would be sent this machine's credentials, and weights from a path or a URL. Recipes, which lie on this machine, may name both.
 * Throws CONFIG_INVALID.
 */
export function refuseFarSettings(settings: readonly string[]): void {
  for (const text of settings) {
    const tree = commandLineOverride(text, TrainConfig);
    const weights = at(at(tree, 'model'), 'pretrained');
    if (weights !== undefined && !isPublished(weights))
      throw refused('model.pretrained', 'a file or an address of weights');
    const trackers = at(tree, 'tracking');
    if (trackers !== undefined && !areNear(trackers)) throw refused('tracking', "the address of a tracker's server");
  }
}

const at = (tree: Tree | undefined, key: string): Tree | undefined =>
  tree?.kind === 'branch' ? tree.entries.get(key) : undefined;

const isPublished = (tree: Tree): boolean =>
  tree.kind === 'leaf' && (tree.value === null || (typeof tree.value === 'string' && PUBLISHED.test(tree.value)));

/** Trackers by their names, whose addresses are those of this machine's environment. */
function areNear(tree: Tree): boolean {
  if (tree.kind !== 'leaf') return false;
  const entries = Array.isArray(tree.value) ? tree.value : [tree.value];
  return entries.every((entry) => {
    if (typeof entry !== 'object' || entry === null) return true;
    const { mlflow } = entry as { mlflow?: { uri?: unknown } | null };
    return (mlflow?.uri ?? null) === null;
  });
}

function refused(key: string, what: string): OslerError {
  return new OslerError('CONFIG_INVALID', `${key} can't name ${what} from here: the server itself would go there.`, {
    hint: `Write it into a recipe in the server's configs/, or train with osler train on its machine.`,
  });
}
