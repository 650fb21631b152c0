import type { Family } from './result.ts';

/** What training does about a kind of shortcut by default, and which switch changes that. */
export const REMEDIES: Record<Family, string> = {
  dimensions:
    'Training brings every image to data.size, but data.fit=stretch leaves the aspect visible as distortion and data.fit=pad as bars; data.fit=crop removes it.',
  file: 'No network sees the file itself, only what its making left in the pixels: import the originals of all classes, saved in one way.',
  'colour mode': 'Colour is kept as it is; data.channels=1 makes every image grey.',
  compression:
    'Nothing by default; a smaller data.size hides most of it, and augment.blur makes the rest unreliable. Best are originals saved in one way.',
  borders:
    'Borders are kept as they are; data.trim=0.1 cuts a tenth off each side of every image, in training and in serving.',
  brightness:
    'Brightness is kept as it is unless the recipe varies it: augment.brightness=0.2 and augment.contrast=0.2; data.channels=1 removes a colour cast.',
  sharpness: 'Nothing by default; augment.blur makes sharpness unreliable, a smaller data.size hides noise.',
  marks: 'Letters, arrows and rulers are kept; data.trim=0.1 cuts them off where they stand at the edge.',
  columns:
    'No network sees the column, but what differs between its values may show in the pixels: balance its values over the classes, or look at each apart with osler evaluate --subgroups.',
};
