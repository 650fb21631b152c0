import type { Family } from './result.ts';

/** A figure of `measureImage`, or one that is made of several (`derive.ts`). */
export interface Measured {
  name: string;
  title: string;
  /** `appearance`: the picture as a whole, no part of the verdict. */
  family: Exclude<Family, 'columns'> | 'appearance';
  kind: 'number' | 'category';
  /** Anatomy has a little part in it: texture in noise, size in light. */
  soft?: true;
  /** Of numbers, for people. */
  show?: 'percent' | 'bytes' | 'whole';
}

/** What is measured of each image, in the order in which it is told. */
export const CATALOGUE: readonly Measured[] = [
  { name: 'width', title: 'width in pixels', family: 'dimensions', kind: 'number', show: 'whole' },
  { name: 'height', title: 'height in pixels', family: 'dimensions', kind: 'number', show: 'whole' },
  { name: 'aspect', title: 'width over height', family: 'dimensions', kind: 'number' },
  { name: 'size', title: 'size', family: 'dimensions', kind: 'category' },
  { name: 'format', title: 'file format', family: 'file', kind: 'category' },
  {
    name: 'fileExcess',
    title: 'file size for what the picture holds',
    family: 'file',
    kind: 'number',
    soft: true,
    show: 'percent',
  },
  {
    name: 'metadataBytes',
    title: 'bytes of EXIF, profiles and comments',
    family: 'file',
    kind: 'number',
    show: 'bytes',
  },
  { name: 'mode', title: 'channels and depth of the file', family: 'colour mode', kind: 'category' },
  { name: 'colours', title: 'grey or colour', family: 'colour mode', kind: 'category' },
  { name: 'jpegQuality', title: 'JPEG quality', family: 'compression', kind: 'number', show: 'whole' },
  { name: 'jpegTables', title: 'JPEG quantisation tables', family: 'compression', kind: 'category' },
  { name: 'jpegChroma', title: 'JPEG chroma', family: 'compression', kind: 'category' },
  { name: 'jpegOrder', title: 'JPEG order', family: 'compression', kind: 'category' },
  { name: 'blockiness', title: 'steps along an 8 pixel grid', family: 'compression', kind: 'number', soft: true },
  { name: 'border', title: 'share of the picture that is border', family: 'borders', kind: 'number', show: 'percent' },
  { name: 'borderTop', title: 'border at the top', family: 'borders', kind: 'number', show: 'percent' },
  { name: 'borderBottom', title: 'border at the bottom', family: 'borders', kind: 'number', show: 'percent' },
  { name: 'borderLeft', title: 'border on the left', family: 'borders', kind: 'number', show: 'percent' },
  { name: 'borderRight', title: 'border on the right', family: 'borders', kind: 'number', show: 'percent' },
  { name: 'borderLevel', title: 'brightness of the border', family: 'borders', kind: 'number', show: 'whole' },
  { name: 'vignette', title: 'black in the corners', family: 'borders', kind: 'number', soft: true, show: 'percent' },
  {
    name: 'cornerLight',
    title: 'brightness of the corners',
    family: 'brightness',
    kind: 'number',
    soft: true,
    show: 'whole',
  },
  {
    name: 'cornerSpread',
    title: 'difference between the corners',
    family: 'brightness',
    kind: 'number',
    soft: true,
    show: 'whole',
  },
  { name: 'cornerWarmth', title: 'red against blue in the corners', family: 'brightness', kind: 'number', soft: true },
  { name: 'cornerTint', title: 'green cast in the corners', family: 'brightness', kind: 'number', soft: true },
  {
    name: 'levelGaps',
    title: 'brightness levels without a pixel',
    family: 'brightness',
    kind: 'number',
    soft: true,
    show: 'percent',
  },
  { name: 'noise', title: 'noise where the picture is flat', family: 'sharpness', kind: 'number', soft: true },
  {
    name: 'fineDetail',
    title: 'fine against coarse detail at the edge',
    family: 'sharpness',
    kind: 'number',
    soft: true,
  },
  {
    name: 'lightMarks',
    title: 'light letters or marks at the edge',
    family: 'marks',
    kind: 'number',
    soft: true,
    show: 'percent',
  },
  {
    name: 'darkMarks',
    title: 'dark letters or marks at the edge',
    family: 'marks',
    kind: 'number',
    soft: true,
    show: 'percent',
  },
  { name: 'fileBytes', title: 'file size', family: 'appearance', kind: 'number', show: 'bytes' },
  { name: 'brightness', title: 'brightness of the whole', family: 'appearance', kind: 'number', show: 'whole' },
  { name: 'contrast', title: 'contrast of the whole', family: 'appearance', kind: 'number', show: 'whole' },
  { name: 'sharpness', title: 'sharpness of the whole', family: 'appearance', kind: 'number' },
  { name: 'saturation', title: 'colour of the whole', family: 'appearance', kind: 'number' },
];
