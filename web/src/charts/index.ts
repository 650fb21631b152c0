/** Charts of all pages. ECharts itself comes with the first one that is shown. */
export type { Axis } from './axes.ts';
export { BarChart, type BarSeries } from './bar-chart.tsx';
export { Chart } from './chart.tsx';
export { Swatch } from './legend.tsx';
export { LineChart } from './line-chart.tsx';
export type { Line, Mark } from './lines-option.ts';
export { figure } from './numbers.ts';
export { type Look, seriesStyle } from './palette.ts';
export { type ParallelAxis, ParallelChart, type ParallelLine } from './parallel-chart.tsx';
export { type Dot, ScatterChart } from './scatter-chart.tsx';
export { Sparkline } from './sparkline.tsx';
