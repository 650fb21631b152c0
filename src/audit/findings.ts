import type { Audit, Finding, Level } from './audit.ts';
import { isLeaky } from './leaks.ts';

type Facts = Omit<Audit, 'findings' | 'seconds' | 'createdAt' | 'format'>;

/** What an audit found, check by check, in words: what it is, what training does about it by itself, what changes that. */
export function findingsOf(facts: Facts): Finding[] {
  return [
    leaks(facts),
    conflicts(facts),
    exact(facts),
    near(facts),
    groups(facts),
    shortcut(facts),
    balance(facts),
    unreadable(facts),
  ];
}

function leaks(facts: Facts): Finding {
  const { leakCounts: counts, accepted, dataset } = facts;
  const name = `${dataset.name}@${dataset.version}`;
  if (!isLeaky(counts)) {
    if (facts.ungrouped === 0) return clean('leaks', 'No group, copy or near copy is on both sides of the split.');
    return {
      check: 'leaks',
      level: facts.unusedGrouping === null ? 'note' : 'warning',
      count: 0,
      summary: `No ${facts.ungrouped === facts.samples ? '' : 'group, '}copy or near copy is on both sides of the split. ${blindness(facts)}`,
      byDefault: 'Each of these counts as a patient of its own.',
      toChange:
        facts.ungrouped < facts.samples
          ? 'Complete the column in the table, and import again.'
          : `${facts.unusedGrouping === null ? '--group COLUMN or --group-pattern REGEX' : `--group ${facts.unusedGrouping}`} at import names patients or lesions.`,
    };
  }
  const parts = [
    ...(counts.groups > 0 ? [plural(counts.groups, 'group')] : []),
    ...(counts.exact > 0 ? [plural(counts.exact, 'set of exact copies', 'sets of exact copies')] : []),
    ...(counts.near > 0 ? [plural(counts.near, 'set of near copies', 'sets of near copies')] : []),
  ];
  const { val, test } = counts.exposed;
  const crossing = counts.groups + counts.exact + counts.near;
  const known = `${shown(test)} of ${shown(facts.splits.test ?? 0)} test and ${shown(val)} of ${shown(facts.splits.val ?? 0)} validation images have a counterpart in train.`;
  return {
    check: 'leaks',
    level: 'problem',
    count: crossing,
    summary: `${listed(parts)} ${crossing === 1 ? 'is' : 'are'} on both sides of the split: ${known}${facts.ungrouped === 0 ? '' : ` ${blindness(facts)}`}`,
    byDefault:
      accepted === null
        ? 'Training refuses this version. It is stamped leaky, and so would be every run, report, bundle and answer made from it.'
        : `Training uses it: accepted by ${accepted.by} on ${accepted.at.slice(0, 10)} ("${accepted.reason}"). Every run, report, bundle and answer made from it is stamped leaky.`,
    toChange: `osler data audit ${name} --fix makes a version that moves no more than it must; --accept-leaks REASON uses this one as it is; --resplit at import splits anew.`,
  };
}

function blindness({ ungrouped, samples }: Facts): string {
  const who =
    ungrouped === samples
      ? 'No patients are named'
      : `${shown(ungrouped)} of ${shown(samples)} images name no patient or lesion`;
  return `${who}: whether one is on both sides cannot be seen there.`;
}

function conflicts({ labelConflicts, excluded, conflictingLabels, classSizes, conflictsAcross }: Facts): Finding {
  const images = total(labelConflicts);
  if (images === 0) return clean('labelConflicts', 'No image stands under two labels.');
  const out = excluded.labelConflict ?? 0;
  const most = conflictingLabels.slice(0, 3).map(({ labels, pictures }) => `${labels.join(' / ')} ${shown(pictures)}`);
  const hollow = Object.entries(classSizes).filter(([, { images: all, used }]) => used < 0.6 * all);
  const left = hollow.map(([label, { images: all, used }]) => `${label} ${shown(used)} of ${shown(all)}`);
  return {
    check: 'labelConflicts',
    level: out === images ? 'warning' : 'problem',
    count: labelConflicts.length,
    summary: `${plural(labelConflicts.length, 'picture')} (${plural(images, 'image')}) ${labelConflicts.length === 1 ? 'stands' : 'stand'} under more than one label: ${most.join(', ')}${conflictingLabels.length > 3 ? '...' : ''}.${conflictsAcross === 0 ? '' : ` ${shown(conflictsAcross)} of the pictures ${conflictsAcross === 1 ? 'is' : 'are'} on both sides of the split as well.`}`,
    byDefault:
      out > 0
        ? `${plural(out, 'image')} of them ${out === 1 ? 'is' : 'are'} left out: in no split, neither trained on nor measured.${left.length === 0 ? '' : ` That leaves ${listed(left)}: see whether these are classes of their own.`}`
        : 'They are trained on and measured as they are.',
    toChange:
      out > 0
        ? 'Correct the labels in the source and import again; --keep-conflicts at import keeps them as they are.'
        : 'Correct the labels in the source and import again; without --keep-conflicts they are left out.',
  };
}

function exact({ exactDuplicates }: Facts): Finding {
  const sets = exactDuplicates.length;
  if (sets === 0) return clean('exactDuplicates', 'No two images have equal pixels.');
  const extra = total(exactDuplicates) - sets;
  return {
    check: 'exactDuplicates',
    level: 'note',
    count: sets,
    summary: `${plural(sets, 'picture')} ${sets === 1 ? 'occurs' : 'occur'} more than once, pixel for pixel (${plural(extra, 'further copy', 'further copies')}), whatever the file.`,
    byDefault:
      'The copies of a picture are one group: no split made here parts them, and they count as one in intervals.',
    toChange: 'Remove them from the source, and import again, to train on each picture once.',
  };
}

function near({ nearDuplicates, nearSearched }: Facts): Finding {
  const sets = nearDuplicates.length;
  if (!nearSearched) {
    return {
      check: 'nearDuplicates',
      level: 'skipped',
      count: 0,
      summary: 'Near copies were not looked for at import.',
      byDefault: 'Recompressed, resized, cropped, turned or mirrored copies may be on both sides of the split.',
      toChange: 'Import again without --no-near-duplicates.',
    };
  }
  if (sets === 0)
    return clean('nearDuplicates', 'No image is a recompressed, resized, cropped, turned or mirrored copy.');
  return {
    check: 'nearDuplicates',
    level: 'note',
    count: sets,
    summary: `${plural(sets, 'set')} of near copies (${plural(total(nearDuplicates), 'image')}): the same picture recompressed, resized, cropped, turned, mirrored or brightened.`,
    byDefault: 'The images of a set are one group: no split made here parts them, and they count as one in intervals.',
    toChange: '--no-near-duplicates at import does not look for them.',
  };
}

function groups({ groups: odd, unusedGrouping }: Facts): Finding {
  const of = (kind: string) => odd.filter((group) => group.kind === kind).length;
  const clash = new Set(odd.filter(({ kind }) => kind !== 'spelling').flatMap((group) => group.groups)).size;
  const parts = [
    ...(clash > 0
      ? [
          `${plural(clash, 'group')} with ${[of('sex') > 0 ? 'two sexes' : '', of('age') > 0 ? 'ages too far apart' : ''].filter(Boolean).join(' or ')}`,
        ]
      : []),
    ...(of('spelling') > 0
      ? [`${plural(of('spelling'), 'group name that differs', 'group names that differ')} by case or padding only`]
      : []),
  ];
  if (odd.length === 0) {
    if (unusedGrouping === null) return clean('groups', 'No group looks wrong.');
    return {
      check: 'groups',
      level: 'warning',
      count: 0,
      summary: `No groups are named, but the column ${unusedGrouping} looks as if it named patients or lesions.`,
      byDefault: 'Every image counts as a patient of its own, and one patient may be on both sides of the split.',
      toChange: `--group ${unusedGrouping} at import.`,
    };
  }
  return {
    check: 'groups',
    level: 'warning',
    count: odd.length,
    summary: `${listed(parts)}.`,
    byDefault:
      'Groups are taken as the source names them: each spelling is a group of its own, and clashing ones stay together.',
    toChange: 'Correct the column in the source and import again.',
  };
}

function shortcut({ shortcut: result }: Facts): Finding {
  if (result === null) {
    return {
      check: 'shortcut',
      level: 'skipped',
      count: 0,
      summary: 'The shortcut audit was not run.',
      byDefault: 'What is not anatomy (size, compression, borders, brightness...) may give the label away unseen.',
      toChange: 'osler data audit runs it.',
    };
  }
  return {
    check: 'shortcut',
    level: result.verdict === 'found' ? 'warning' : result.verdict === 'quiet' ? 'ok' : 'note',
    count: result.features.length,
    summary: `${result.summary.charAt(0).toUpperCase()}${result.summary.slice(1)}.`.replace(/\.\.$/, '.'),
    byDefault:
      result.verdict === 'found'
        ? 'Training uses the images as they are, and a network may learn this instead.'
        : 'Nothing to do.',
    toChange: [...new Set(result.features.map(({ remedy }) => remedy))].slice(0, 3).join(' '),
  };
}

function balance({ balance: result }: Facts): Finding {
  if (result === null) return clean('balance', 'Balance was not looked at.', 'skipped');
  const count = result.smallest.length;
  const sizes = result.sampleSizes.filter(({ enough }) => !enough);
  const lacking = [...new Set(sizes.map(({ label }) => label))];
  return {
    check: 'balance',
    level: lacking.length > 0 ? 'warning' : count > 0 ? 'note' : 'ok',
    count,
    summary:
      count === 0
        ? 'Every class has enough samples in every split and subgroup.'
        : `${plural(count, 'cell')} of class, split and subgroup ${count === 1 ? 'is' : 'are'} too small for a 95% interval of ${result.width} in width. ${sentences(result.summary)}`,
    byDefault: 'Training and evaluation use what there is; intervals show how little a small cell says.',
    toChange: 'More samples for what is measured; --interval-width for another width.',
  };
}

function unreadable({ unreadable: files }: Facts): Finding {
  if (files.length === 0) return clean('unreadable', 'Every file could be read to its end.');
  return {
    check: 'unreadable',
    level: 'warning',
    count: files.length,
    summary: `${plural(files.length, 'file')} could not be read.`,
    byDefault: 'Left out, never replaced.',
    toChange: 'Repair or remove the files and import again.',
  };
}

function clean(check: Finding['check'], summary: string, level: Level = 'ok'): Finding {
  return { check, level, count: 0, summary, byDefault: 'Nothing to do.', toChange: '' };
}

function total(sets: readonly (readonly string[])[]): number {
  return sets.reduce((sum, set) => sum + set.length, 0);
}

function shown(n: number): string {
  // Without Intl, whose first use takes longer than the whole audit of a small dataset.
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

function plural(n: number, one: string, many = `${one}s`): string {
  return `${shown(n)} ${n === 1 ? one : many}`;
}

function sentences(lines: readonly string[]): string {
  return lines.map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`).join(' ');
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
