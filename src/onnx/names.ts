/** Names in the graphs that we write. */
export const INPUT = 'images';
export const OUTPUTS = ['logits', 'embedding', 'cam'] as const;
