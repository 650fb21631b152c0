import type { Answer, Askable, Deployment } from './queries.ts';

/** Somebody who can be asked about an image. */
export interface Answerer {
  /** `deployment:derma`, `version:skin@3`, `bundle:demo`. */
  ref: string;
  label: string;
  /** What is behind it, in a few words. */
  about: string;
  kind: 'deployment' | 'version' | 'bundle';
  /** How the model behind it is asked what is known of it. */
  of: string | undefined;
}

/** Deployments first, as their answers are those that count; then versions, then bundles that nobody registered. */
export function answerers(deployments: readonly Deployment[], askables: readonly Askable[]): Answerer[] {
  return [...deployments.filter(({ served }) => served !== null).map(ofDeployment), ...askables.map(ofAskable)];
}

function ofDeployment({ name, members, served }: Deployment): Answerer {
  const live = members.filter(({ role }) => role === 'live').toSorted((a, b) => b.share - a.share)[0];
  const loaded = served?.members.find((one) => one.name === live?.name);
  return {
    ref: `deployment:${name}`,
    label: name,
    about: members
      .filter(({ role }) => role !== 'shadow')
      .map(({ name: version, share }) => (share === 1 ? version : `${version} ${Math.round(share * 100)}%`))
      .join(', '),
    kind: 'deployment',
    of: live === undefined || loaded === undefined ? undefined : `version:${live.model}@${loaded.version}`,
  };
}

function ofAskable({ of, kind, name, version, status, aliases, network, labels }: Askable): Answerer {
  const known = [...aliases, ...(status === null || status === 'approved' ? [] : [status])];
  return {
    ref: of,
    label: version === null ? name : `${name}@${version}`,
    about: [...known, network, `${labels.length} classes`].join(', '),
    kind,
    of,
  };
}

/** The one that is asked where the address names none. */
export function preferred(all: readonly Answerer[], askables: readonly Askable[]): Answerer | undefined {
  const champion = askables.find(({ aliases }) => aliases.includes('champion'));
  const approved = askables.find(({ status }) => status === 'approved');
  const wanted = champion?.of ?? approved?.of;
  return all.find(({ kind }) => kind === 'deployment') ?? all.find(({ ref }) => ref === wanted) ?? all[0];
}

/** Of the model that gave an answer. */
export function modelOf(answer: Answer): { name: string; of: string } {
  const { name, version } = answer.model;
  return version === null
    ? { name, of: `bundle:${name}` }
    : { name: `${name}@${version}`, of: `version:${name}@${version}` };
}
