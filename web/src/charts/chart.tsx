import {
  ActionIcon,
  Box,
  Group,
  Table as MantineTable,
  Menu,
  Skeleton,
  Text,
  useComputedColorScheme,
} from '@mantine/core';
import { IconDotsVertical, IconFileTypeCsv, IconFileTypeSvg, IconTable } from '@tabler/icons-react';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { download } from './download.ts';
import { drawSoon } from './draw-queue.ts';
import { figure } from './numbers.ts';
import { FONT, LOOKS, type Look, type SeriesStyle } from './palette.ts';
import { csv, fileName, standalone, type Table } from './save.ts';

export interface ChartProps {
  title: string;
  /** Said on pointing at the title: the key of what is drawn. */
  about?: string | undefined;
  /** What a reader must know to read it: what a band is, what was left out. */
  note?: string | undefined;
  /** A new function draws anew: memoise it. `width`: of the drawing in pixels, about. */
  option: (look: Look, width: number) => EChartsCoreOption;
  /** The values behind it, for CSV and for those who read rather than look. */
  table: () => Table;
  /** Of the saved picture; on the page the caller shows its own. */
  legend?: readonly { name: string; style: SeriesStyle }[];
  /** Pixels. */
  height?: number;
  /** Pixels that it needs: where there are fewer it is moved sideways. */
  minWidth?: number;
  /** Said instead of a drawing: why there is none, and what to do. */
  empty?: string | undefined;
  /** Controls in the head. */
  tools?: ReactNode;
  /** Over the drawing; gets the chart to ask it for places. */
  overlay?: ((chart: EChartsType) => ReactNode) | undefined;
  /** Below the drawing: a legend. */
  children?: ReactNode;
  onClick?: ((what: { seriesId?: string; dataIndex?: number; name?: string }) => void) | undefined;
}

type Engine = typeof import('./engine.ts');
let loading: Promise<Engine> | undefined;
const loadEngine = (): Promise<Engine> => (loading ??= import('./engine.ts'));

/** Rows of the table that is shown in place of the drawing; the CSV has all. */
const SHOWN_ROWS = 200;

/** The frame of every chart: title, remark, drawing; saved as SVG and CSV, and shown as a table on demand. */
export function Chart(props: ChartProps) {
  const {
    title,
    about,
    note,
    option,
    table,
    legend = [],
    height = 280,
    minWidth,
    empty,
    tools,
    overlay,
    children,
    onClick,
  } = props;
  const look = LOOKS[useComputedColorScheme('light')];
  const frame = useRef<HTMLDivElement>(null);
  const [engine, setEngine] = useState<Engine>();
  const [chart, setChart] = useState<EChartsType>();
  /** It has something on it, of which places can be asked. */
  const [ready, setReady] = useState(false);
  const inSight = useRef(true);
  const [width, setWidth] = useState(600);
  const [asTable, setAsTable] = useState(false);
  const drawn = empty === undefined && !asTable;

  useEffect(() => {
    let here = true;
    void loadEngine().then((loaded) => here && setEngine(loaded));
    return () => {
      here = false;
    };
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (engine === undefined || element === null || !drawn) return;
    // Not before the page has given it its room: what is drawn into none is not all drawn anew when the room comes.
    let made: EChartsType | undefined;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth === 0) return;
      if (made === undefined) {
        made = engine.init(element, undefined, { renderer: 'svg' });
        setChart(made);
      } else made.resize();
      setWidth(Math.round(element.clientWidth / 40) * 40);
    });
    watch.observe(element);
    const sight = new IntersectionObserver((entries) => {
      inSight.current = entries.at(-1)!.isIntersecting;
    });
    sight.observe(element);
    return () => {
      watch.disconnect();
      sight.disconnect();
      made?.dispose();
      setChart(undefined);
      setReady(false);
    };
  }, [engine, drawn]);

  useEffect(() => {
    if (chart === undefined) return;
    const draw = (): void => {
      if (chart.isDisposed()) return;
      const whole = { animation: false, textStyle: { fontFamily: FONT, color: look.text }, ...option(look, width) };
      chart.setOption(whole, { replaceMerge: ['series', 'xAxis', 'yAxis', 'parallelAxis', 'visualMap'] });
      setReady(true);
    };
    return drawSoon(chart, draw, () => inSight.current);
  }, [chart, option, look, width]);

  const click = useRef(onClick);
  click.current = onClick;
  useEffect(() => {
    chart?.on('click', (what) =>
      click.current?.({
        ...(what.seriesId === undefined ? {} : { seriesId: what.seriesId }),
        ...(what.dataIndex === undefined ? {} : { dataIndex: what.dataIndex }),
        name: what.name,
      }),
    );
  }, [chart]);

  const saveSvg = () => {
    if (chart === undefined) return;
    const picture = standalone(chart.renderToSVGString(), chart.getWidth(), chart.getHeight(), look, {
      title,
      note,
      legend,
    });
    download(fileName(title, 'svg'), 'image/svg+xml', picture);
  };

  return (
    <Box component="figure" m={0} className="chart" data-testid="chart" aria-label={title}>
      <Group component="figcaption" justify="space-between" align="flex-start" gap="xs" mb={4}>
        <div style={{ flex: '1 1 160px', minWidth: 0 }}>
          <Text size="sm" fw={600} title={about}>
            {title}
          </Text>
          {note !== undefined && (
            <Text size="xs" c="dimmed">
              {note}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          {tools}
          {empty === undefined && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`Save or read: ${title}`}>
                  <IconDotsVertical size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconFileTypeSvg size={16} />} onClick={saveSvg} disabled={!drawn}>
                  Save as SVG
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconFileTypeCsv size={16} />}
                  onClick={() => download(fileName(title, 'csv'), 'text/csv', csv(table()))}
                >
                  Save as CSV
                </Menu.Item>
                <Menu.Item leftSection={<IconTable size={16} />} onClick={() => setAsTable(!asTable)}>
                  {asTable ? 'Show as a chart' : 'Show as a table'}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      </Group>
      {empty !== undefined ? (
        <Text size="sm" c="dimmed" py="lg">
          {empty}
        </Text>
      ) : asTable ? (
        <ValueTable table={table} height={height} title={title} />
      ) : (
        <Wide least={minWidth} height={height} title={title}>
          {engine === undefined && <Skeleton height={height} />}
          <div
            ref={frame}
            role="img"
            aria-busy={!ready || undefined}
            aria-label={spoken(title, note)}
            style={{ width: '100%', height }}
          />
          {chart !== undefined && ready && !chart.isDisposed() && overlay?.(chart)}
        </Wide>
      )}
      {drawn && children}
    </Box>
  );
}

/** Room for the drawing; moved sideways where the page has less than it needs. */
function Wide({
  least,
  height,
  title,
  children,
}: {
  least: number | undefined;
  height: number;
  title: string;
  children: ReactNode;
}) {
  if (least === undefined) return <div style={{ position: 'relative', height }}>{children}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="sideways" tabIndex={0} aria-label={`${title}, drawing`}>
      <div style={{ position: 'relative', height, minWidth: least }}>{children}</div>
    </section>
  );
}

function spoken(title: string, note: string | undefined): string {
  return `Chart: ${title}.${note === undefined ? '' : ` ${note}`} Its menu shows the values as a table.`;
}

function ValueTable({ table, height, title }: { table: () => Table; height: number; title: string }) {
  const { columns, rows } = useMemo(table, [table]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section style={{ maxHeight: height, overflow: 'auto' }} tabIndex={0} aria-label={`Values of ${title}`}>
      <MantineTable stickyHeader fz="xs">
        <MantineTable.Thead>
          <MantineTable.Tr>
            {columns.map((name) => (
              <MantineTable.Th key={name}>{name}</MantineTable.Th>
            ))}
          </MantineTable.Tr>
        </MantineTable.Thead>
        <MantineTable.Tbody>
          {rows.slice(0, SHOWN_ROWS).map((row, i) => (
            <MantineTable.Tr key={i}>
              {row.map((value, column) => (
                <MantineTable.Td key={columns[column]}>
                  {typeof value === 'number' ? figure(value) : value}
                </MantineTable.Td>
              ))}
            </MantineTable.Tr>
          ))}
        </MantineTable.Tbody>
      </MantineTable>
      {rows.length > SHOWN_ROWS && (
        <Text size="xs" c="dimmed" p="xs">
          {SHOWN_ROWS} of {rows.length} rows; the CSV file has all.
        </Text>
      )}
    </section>
  );
}
