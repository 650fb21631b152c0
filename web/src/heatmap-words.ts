interface HeatMap {
  explained: string;
  blank: boolean;
  /** Rows and columns of places that the network tells apart. */
  grid: readonly number[];
}

/** Fewer places than these point at nothing, wherever the colours lie. */
const COARSEST = 16;

/** What a heat map says, as far as it says anything. */
export function heatmapWords({ explained, blank, grid }: HeatMap): string {
  if (blank) {
    return `Nothing in the image speaks for ${explained} more than for the other classes: the map is empty.`;
  }
  const [rows = 0, columns = 0] = grid;
  if (rows * columns < COARSEST) {
    return `The network tells ${rows} × ${columns} ${rows * columns === 1 ? 'place' : 'places'} apart in the whole image: too coarse to show where it looked. A larger input (data.size) gives finer maps.`;
  }
  return `Warm colours mark what speaks for ${explained}. They show where the network looked, not why.`;
}
