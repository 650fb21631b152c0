import type { Family } from './result.ts';

/** What training does about a kind of shortcut by default, and which switch changes that. */
export const REMEDIES: Record<Family, string> = {
  dimensions:
    'Dimensions: training brings every image to data.size, but data.fit=stretch leaves the aspect visible as distortion and data.fit=pad as bars; data.fit=crop removes it.',
  file: 'File: no network sees it, only what its making left in the pixels; best are the originals of all classes, saved in one way.',
  'colour mode': 'Colour mode: colour is kept as it is; data.channels=1 makes every image grey.',
  compression:
    'Compression: its traces are kept; a smaller data.size hides most of them, augment.blur.probability=0.5 makes the rest unreliable, and best are originals saved in one way.',
  borders:
    'Borders: they are kept as they are; data.trim=0.1 cuts a tenth off each side of every image, in training and in serving.',
  brightness:
    'Brightness: it is kept as it is unless the recipe varies it; augment.brightness=0.2 and augment.contrast=0.2 do, and data.channels=1 removes a colour cast.',
  sharpness:
    'Sharpness and noise: they are kept; augment.blur.probability=0.5 makes them unreliable, a smaller data.size hides noise.',
  marks: 'Marks: letters, arrows and rulers are kept; data.trim=0.1 cuts them off where they stand at the edge.',
  columns:
    'Columns: no network sees them, but what differs between their values may show in the pixels; balance the values over the classes, or look at each apart with osler evaluate --subgroups.',
};
