import { Button, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { counted } from '../../say.ts';
import { useDecisions } from './decisions.tsx';
import { type Ref, type Sample, type SampleFilter, samples } from './queries.ts';
import { SplitBadge } from './split-badge.tsx';
import { Thumb } from './thumb.tsx';

const PAGE = 120;
const LEAST_WIDTH = 132;
const GAP = 10;
/** Below the picture: class, and split. */
const WORDS_HEIGHT = 50;

interface Props {
  of: Ref;
  filter: SampleFilter;
  /** Its number, and its place among those that fit. */
  onOpen: (number: number, index: number, total: number) => void;
  onReset: (() => void) | undefined;
}

/** Pictures in rows, as many as there are: only those in sight are in the document, and only their pages are asked for. */
export function ImageGrid({ of, filter, onOpen, onReset }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize();
  const columns = Math.max(2, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
  const side = Math.max(80, (width - GAP * (columns - 1)) / columns);
  // The first page tells how many there are, also where others are in sight.
  const [pages, setPages] = useState<readonly number[]>([0]);
  const read = useQueries({ queries: pages.map((page) => samples(of, filter, page * PAGE, PAGE)) });
  const total = read[0]?.data?.total;
  const at = new Map(pages.map((page, i) => [page, read[i]?.data?.samples]));
  const rows = useVirtualizer({
    count: Math.ceil((total ?? 0) / columns),
    getScrollElement: () => frame.current,
    estimateSize: () => side + WORDS_HEIGHT + GAP,
    overscan: 3,
  });
  useEffect(() => {
    rows.measure();
  }, [side, columns]);
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    const from = Math.floor((first * columns) / PAGE);
    const to = Math.floor((last * columns + columns - 1) / PAGE);
    const wanted = [...new Set([0, ...Array.from({ length: to - from + 1 }, (_, i) => from + i)])];
    setPages((before) => (before.join() === wanted.join() ? before : wanted));
  }, [first, last, columns]);
  const key = JSON.stringify(filter);
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
  }, [key]);

  const absent = read.find(isAbsent);
  if (absent !== undefined)
    return <FaultPanel error={absent.error} onRetry={() => read.forEach((one) => void one.refetch())} />;
  const sampleOf = (index: number): Sample | undefined => at.get(Math.floor(index / PAGE))?.[index % PAGE];
  return (
    <div>
      <Text size="sm" c="dimmed" mb={6} role="status">
        {total === undefined ? 'Looking' : counted(total, 'image')}
      </Text>
      {total === 0 && (
        <EmptyState
          title="No image fits"
          actions={
            onReset !== undefined && (
              <Button variant="default" onClick={onReset}>
                Show all images
              </Button>
            )
          }
        >
          Another class, split or word may find some.
        </EmptyState>
      )}
      <div ref={frame} className="image-grid" hidden={total === 0}>
        <div ref={measured}>
          {/* biome-ignore lint/a11y/useSemanticElements: a list of which only a part is in the document */}
          <div
            role="list"
            aria-label="Images"
            style={{ height: rows.getTotalSize(), position: 'relative' }}
            onKeyDown={(event) => walk(event, columns)}
          >
            {items.map(({ index: row, start }) =>
              Array.from({ length: columns }, (_, column) => {
                const index = row * columns + column;
                if (total === undefined || index >= total) return null;
                return (
                  <Tile
                    key={index}
                    of={of}
                    index={index}
                    total={total}
                    sample={sampleOf(index)}
                    onOpen={onOpen}
                    place={{ top: start, left: column * (side + GAP), width: side, height: side + WORDS_HEIGHT }}
                  />
                );
              }),
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Arrows go from picture to picture. */
function walk(event: KeyboardEvent<HTMLElement>, columns: number): void {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  const from = (event.target as HTMLElement).dataset.index;
  if (by === undefined || from === undefined) return;
  event.preventDefault();
  event.currentTarget.querySelector<HTMLElement>(`[data-index="${Number(from) + by}"]`)?.focus();
}

interface TileProps {
  of: Ref;
  index: number;
  total: number;
  sample: Sample | undefined;
  onOpen: Props['onOpen'];
  place: { top: number; left: number; width: number; height: number };
}

function Tile({ of, index, total, sample, onOpen, place }: TileProps) {
  const decision = useDecisions().all.get(sample?.number ?? 0);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list of which only a part is in the document
    <div role="listitem" aria-posinset={index + 1} aria-setsize={total} style={{ position: 'absolute', ...place }}>
      {sample !== undefined && (
        <button
          type="button"
          className="tile"
          data-index={index}
          onClick={() => onOpen(sample.number, index, total)}
          data-decided={decision !== undefined || undefined}
        >
          <Thumb of={of} number={sample.number} alt={`Image ${sample.number}`} className="tile-picture" />
          <span className="tile-words">
            <span className="clip">{decision?.label ?? sample.label}</span>
            <SplitBadge
              sample={decision === undefined ? sample : { ...sample, excluded: decision.out ? 'person' : null }}
            />
          </span>
        </button>
      )}
    </div>
  );
}
