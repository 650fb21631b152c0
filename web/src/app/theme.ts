import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent. White text on shade 8 (light) and on shade 6 (dark) passes WCAG AA. */
const teal: MantineColorsTuple = [
  '#e8f6f5',
  '#d3ebe9',
  '#a8d8d4',
  '#79c4be',
  '#52b3ab',
  '#2f9a92',
  '#18817a',
  '#0f7670',
  '#0b6660',
  '#064f4a',
];

export const theme = createTheme({
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 6 },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Said, as our colours go by it.
    Alert: { defaultProps: { variant: 'light' } },
    Badge: { defaultProps: { variant: 'default', tt: 'none', fw: 500 } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Modal: { defaultProps: { centered: true } },
    ModalCloseButton: { defaultProps: { 'aria-label': 'Close' } },
    // The page's header is the banner: that of a dialog is none.
    ModalHeader: { defaultProps: { role: 'none' } },
    Table: { defaultProps: { verticalSpacing: 6 } },
  },
});
