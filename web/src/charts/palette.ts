/**
 * Colours of series that people with any kind of colour vision can tell apart: Okabe and Ito (2008), ordered so that neighbours differ
 * most. Yellow does not show on white and is left out there, black not on a dark page, where white stands for it. Past seven series the
 * same colours come again with another dash: colour is never all that tells two lines apart.
 */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const DARK = ['#56b4e9', '#e69f00', '#2ec79c', '#cc79a7', '#f0e442', '#ff8a4c', '#ffffff'];
const DASHES: readonly (number[] | 'solid')[] = ['solid', [7, 4], [2, 3], [9, 3, 2, 3]];

export type Scheme = 'light' | 'dark';

export interface SeriesStyle {
  colour: string;
  /** As ECharts takes it: lengths of dashes and gaps in pixels. */
  dash: number[] | 'solid';
}

/** The look of the series at this place; the same place has the same look in every chart of a page. */
export function seriesStyle(place: number, scheme: Scheme): SeriesStyle {
  const colours = scheme === 'dark' ? DARK : LIGHT;
  return {
    colour: colours[place % colours.length]!,
    dash: DASHES[Math.floor(place / colours.length) % DASHES.length]!,
  };
}

/** What a chart is drawn with beside its series. */
export interface Look {
  scheme: Scheme;
  text: string;
  faint: string;
  grid: string;
  paper: string;
  /** The one accent, for a chart of one thing. */
  accent: string;
}

export const LOOKS: Record<Scheme, Look> = {
  light: {
    scheme: 'light',
    text: '#212529',
    faint: '#5c636a',
    grid: '#e3e6e9',
    paper: '#ffffff',
    accent: '#0b6660',
  },
  dark: {
    scheme: 'dark',
    text: '#e9ecef',
    faint: '#adb5bd',
    grid: '#3b3e44',
    paper: '#1f2023',
    accent: '#52b3ab',
  },
};

/** From low to high, for values that colour a line or a dot: light to dark of one hue, so that it survives without colour. */
export const SCALE: Record<Scheme, string[]> = {
  light: ['#a9d8e6', '#4fa3c7', '#0072b2', '#00385c'],
  dark: ['#1d4e6b', '#2f8ab8', '#56b4e9', '#d3efff'],
};

/**
 * By its names: ECharts measures words before it draws them, and can't measure what is inherited. In single quotes: it stands in attributes
 * of a saved drawing, where ECharts leaves double ones as they are.
 */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
