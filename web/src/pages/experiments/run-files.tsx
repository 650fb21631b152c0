import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { faultOf } from '../../api/fault.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { bytes, count } from '../../say.ts';
import type { RunDetail } from './queries.ts';

interface Props {
  run: RunDetail;
  file: string | undefined;
  onFile: (file: string | undefined) => void;
}

interface File {
  path: string;
  kind: string;
  bytes: number;
  sha256: string;
  addedAt: string;
}

const COLUMNS: Column<File>[] = [
  { id: 'path', header: 'File', width: 220, grow: 3, cell: ({ path }) => path },
  { id: 'kind', header: 'Kind', width: 110, cell: ({ kind }) => kind },
  { id: 'bytes', header: 'Size', width: 90, align: 'right', cell: (one) => bytes(one.bytes) },
  { id: 'added', header: 'Added', width: 130, cell: ({ addedAt }) => <When at={addedAt} /> },
];

/** Everything the run left behind, to be looked at or taken along. */
export function RunFiles({ run, file, onFile }: Props) {
  const list = useInfiniteQuery({
    queryKey: ['run', run.id, 'files'],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 500, ...(pageParam === '' ? {} : { cursor: pageParam }) };
      return ask(api.GET('/v1/runs/{run}/artifacts', { params: { path: { run: run.id }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const files = useMemo(() => list.data?.pages.flatMap(({ artifacts }) => artifacts) ?? [], [list.data]);
  if (isAbsent(list)) return <FaultPanel error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data === undefined) return <Skeleton height={200} />;
  const open = files.find(({ path }) => path === file);
  return (
    <Stack gap="md">
      <DataTable
        label="Files"
        rows={files}
        columns={COLUMNS}
        keyOf={({ path }) => path}
        onOpen={({ path }) => onFile(path)}
        onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
        {...(files.length > 12 ? { height: 360 } : {})}
        empty={
          <EmptyState title="No files">
            Curves, the log and checkpoints come when the training ends or stops.
          </EmptyState>
        }
      />
      {open !== undefined && <Viewer key={open.sha256} run={run.id} file={open} />}
    </Stack>
  );
}

const address = (run: string, path: string): string =>
  `/v1/runs/${run}/artifacts/content?path=${encodeURIComponent(path)}`;
const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  gif: 'image/gif',
};
const TEXTS = /\.(txt|log|md|json|jsonl|yaml|yml|csv|diff|py|ts|toml|ini)$/i;
/** What a page can show of a text without being slow. */
const MOST_TEXT = 2_000_000;

function Viewer({ run, file }: { run: string; file: File }) {
  const ending = /\.([a-z0-9]+)$/i.exec(file.path)?.[1]?.toLowerCase() ?? '';
  const type = IMAGES[ending];
  return (
    <div className="chart-card">
      <Group justify="space-between" mb="sm">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {file.path}
        </Text>
        <Button
          size="xs"
          variant="default"
          component="a"
          href={address(run, file.path)}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          Download ({bytes(file.bytes)})
        </Button>
      </Group>
      {type !== undefined ? (
        <Picture run={run} file={file} type={type} />
      ) : TEXTS.test(file.path) && file.bytes <= MOST_TEXT ? (
        <Words run={run} file={file} json={ending === 'json'} />
      ) : (
        <Text size="sm" c="dimmed">
          This kind of file is not shown here. Its sha256 is <span className="mono">{file.sha256}</span>
        </Text>
      )}
    </div>
  );
}

/** The server sends files as attachments; a picture is shown from memory, where nothing in it can run. */
function Picture({ run, file, type }: { run: string; file: File; type: string }) {
  const content = useContent(run, file, (response) => response.blob());
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (content.data === undefined) return;
    const made = URL.createObjectURL(new Blob([content.data], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content.data, type]);
  if (isAbsent(content)) return <FaultPanel error={content.error} />;
  if (url === undefined) return <Skeleton height={200} />;
  return <img src={url} alt={file.path} style={{ maxWidth: '100%', background: '#fff' }} />;
}

function Words({ run, file, json }: { run: string; file: File; json: boolean }) {
  const content = useContent(run, file, (response) => response.text());
  const text = useMemo(
    () => (json && content.data !== undefined ? pretty(content.data) : content.data),
    [content.data, json],
  );
  if (isAbsent(content)) return <FaultPanel error={content.error} />;
  if (text === undefined) return <Skeleton height={200} />;
  const lines = text.split('\n');
  const most = 2_000;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre className="log" tabIndex={0}>
        {lines.slice(0, most).join('\n')}
      </pre>
      {lines.length > most && (
        <Text size="sm" c="dimmed" mt={4}>
          {count(most)} of {count(lines.length)} lines. <Anchor href={address(run, file.path)}>The file</Anchor> has
          all.
        </Text>
      )}
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function useContent<T>(run: string, file: File, read: (response: Response) => Promise<T>) {
  return useQuery({
    queryKey: ['content', run, file.path, file.sha256],
    queryFn: async ({ signal }) => {
      const response = await fetch(address(run, file.path), { signal });
      if (!response.ok) throw faultOf(response, await response.json().catch(() => null));
      return read(response);
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
