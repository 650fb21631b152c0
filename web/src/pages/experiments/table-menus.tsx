import { ActionIcon, Button, Group, Menu, MultiSelect, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconColumns3, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { byWordsOrKey, metricOption } from '../../components/metric-option.tsx';
import { done, failed } from '../../components/notify.tsx';
import { metricWords } from '../../metric-words.ts';
import { DEFAULT_COLUMNS, FIXED } from './columns.tsx';
import { viewsQuery } from './queries.ts';

/** What of each run the table shows. */
export function ColumnsMenu({
  columns,
  keys,
  onChange,
}: {
  columns: readonly string[];
  keys: { metrics: readonly string[]; params: readonly string[]; tags: readonly string[] } | undefined;
  onChange: (columns: readonly string[] | undefined) => void;
}) {
  const data = useMemo(() => {
    const of = (kind: string, names: readonly string[]) =>
      names.map((name) => ({ value: `${kind}.${name}`, label: name }));
    const metrics = (keys?.metrics ?? []).map((name) => ({ value: `metrics.${name}`, label: metricWords(name) }));
    return [
      { group: 'Every run', items: Object.entries(FIXED).map(([value, label]) => ({ value, label })) },
      { group: 'Metrics, latest value', items: metrics },
      { group: 'Parameters', items: of('params', keys?.params ?? []) },
      { group: 'Tags', items: of('tags', keys?.tags ?? []) },
    ].filter(({ items }) => items.length > 0);
  }, [keys]);
  return (
    <Popover width={420} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <MultiSelect
            label="Columns, from left to right"
            data={data}
            value={[...columns]}
            onChange={(next) => onChange(next.length === 0 ? undefined : next)}
            searchable
            filter={byWordsOrKey}
            renderOption={metricOption}
            limit={200}
            maxDropdownHeight={320}
            hidePickedOptions
            comboboxProps={{ withinPortal: false }}
            nothingFoundMessage="Nothing of that name"
          />
          <Group justify="flex-end">
            <Button
              size="xs"
              variant="subtle"
              onClick={() => onChange(undefined)}
              disabled={columns === DEFAULT_COLUMNS}
            >
              As at first
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What of the table's address a view keeps. */
export interface ViewContent {
  experiment?: string | undefined;
  filter?: string | undefined;
  order?: string | undefined;
  column?: string[] | undefined;
}

export function ViewsMenu({
  view,
  content,
  onOpen,
}: {
  view: string | undefined;
  content: ViewContent;
  onOpen: (name: string, content: ViewContent) => void;
}) {
  const client = useQueryClient();
  const may = useMay('write');
  const views = useQuery(viewsQuery());
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const again = () => client.invalidateQueries({ queryKey: ['views'] });
  const path = (of: string) => ({ params: { path: { room: 'runs', name: of } } });
  const save = useMutation({
    mutationFn: (of: string) =>
      ask(api.PUT('/v1/views/{room}/{name}', { ...path(of), body: { content: withoutAbsent(content) } })),
    onSuccess: (saved) => {
      void again();
      setName('');
      setOpened(false);
      onOpen(saved.name, content);
      done(`View "${saved.name}" saved.`);
    },
    onError: failed,
  });
  const forget = useMutation({
    mutationFn: (of: { name: string; content: ViewContent }) =>
      ask(api.DELETE('/v1/views/{room}/{name}', path(of.name))),
    onSuccess: (_, of) => {
      void again();
      done(`View "${of.name}" forgotten.`, async () => {
        await ask(
          api.PUT('/v1/views/{room}/{name}', { ...path(of.name), body: { content: withoutAbsent(of.content) } }),
        );
        await again();
      });
    },
    onError: failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate(name.trim());
  };
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={280} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
          {view ?? 'Views'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Saved views</Menu.Label>
        {views.data?.views.length === 0 && (
          <Text size="sm" c="dimmed" px="sm" pb="xs">
            None yet. A view keeps the filter, the order and the columns, for everybody here.
          </Text>
        )}
        {views.data?.views.map((one) => (
          <Group key={one.name} gap={4} wrap="nowrap">
            <Menu.Item
              style={{ flex: 1 }}
              onClick={() => {
                setOpened(false);
                onOpen(one.name, one.content as ViewContent);
              }}
            >
              {one.name}
            </Menu.Item>
            {may && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Forget the view ${one.name}`}
                onClick={() => forget.mutate({ name: one.name, content: one.content as ViewContent })}
              >
                <IconTrash size={14} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {may && (
          <form onSubmit={submit}>
            <Group gap={6} p="xs" wrap="nowrap">
              <TextInput
                size="xs"
                style={{ flex: 1 }}
                aria-label="Name of the view"
                placeholder="Save this table as"
                value={name}
                maxLength={100}
                onChange={(event) => setName(event.currentTarget.value)}
                onKeyDown={(event) => event.stopPropagation()}
              />
              <Button size="xs" type="submit" loading={save.isPending} disabled={name.trim() === ''}>
                Save
              </Button>
            </Group>
          </form>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function withoutAbsent(content: ViewContent): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)) as never;
}
