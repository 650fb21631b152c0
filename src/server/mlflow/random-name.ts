import { randomInt } from 'node:crypto';

const ADJECTIVES = [
  'able',
  'brave',
  'calm',
  'deft',
  'eager',
  'fair',
  'gentle',
  'honest',
  'keen',
  'lucid',
  'merry',
  'nimble',
  'patient',
  'quiet',
  'ready',
  'sober',
  'thorough',
  'upbeat',
  'vivid',
  'wise',
];
const NOUNS = [
  'auk',
  'bee',
  'crane',
  'dove',
  'eel',
  'finch',
  'gull',
  'hare',
  'ibis',
  'jay',
  'kite',
  'lark',
  'mole',
  'newt',
  'owl',
  'plover',
  'quail',
  'robin',
  'shrew',
  'tern',
];

/** For a run that its client gave none, in MLflow's form: `calm-owl-417`. */
export function randomName(): string {
  return `${ADJECTIVES[randomInt(ADJECTIVES.length)]}-${NOUNS[randomInt(NOUNS.length)]}-${randomInt(1_000)}`;
}
