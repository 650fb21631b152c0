/** Parts of a page that an address can name. */
export const MODEL_PARTS = ['versions', 'live', 'lineage', 'policy', 'trail'] as const;
export const VERSION_PARTS = ['decision', 'figures', 'card', 'lineage', 'differences', 'trail'] as const;
export type ModelPart = (typeof MODEL_PARTS)[number];
export type VersionPart = (typeof VERSION_PARTS)[number];
