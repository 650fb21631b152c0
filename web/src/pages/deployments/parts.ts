/** Parts of a deployment's page that an address can name. */
export const PARTS = ['traffic', 'record', 'quality', 'try', 'history'] as const;
export type Part = (typeof PARTS)[number];
/** Stretches of time that charts show, in hours. */
export const RANGES = ['1', '6', '24', '168', '720'] as const;
