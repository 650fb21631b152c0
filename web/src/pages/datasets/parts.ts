/** Parts of a version's page that an address can name; the first where it names none. */
export const PARTS = ['balance', 'images', 'audit', 'suspects', 'versions'] as const;
export type Part = (typeof PARTS)[number];
