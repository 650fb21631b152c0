import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { SettingKey } from '../../components/setting-key.tsx';
import type { RunDetail } from './queries.ts';
import { Rows } from './run-overview.tsx';

/** The resolved recipe, and the parameters that a client logged. */
export function RunSettings({ run }: { run: RunDetail }) {
  const [find, setFind] = useState('');
  const rows = useMemo(() => {
    const all = new Map(Object.entries(run.params));
    if (run.record !== null)
      for (const [key, value] of flatten(run.record.config)) if (!all.has(key)) all.set(key, value);
    const low = find.toLowerCase();
    return [...all]
      .filter(([key, value]) => key.toLowerCase().includes(low) || value.toLowerCase().includes(low))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }, [run, find]);
  return (
    <Stack gap="md" maw={900}>
      <Group>
        <TextInput
          aria-label="Find settings"
          placeholder="Find settings"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
          data-search
        />
        {run.origin === 'osler' && (
          <>
            <Button
              variant="default"
              component="a"
              href={`/v1/runs/${run.id}/artifacts/content?path=config.yaml`}
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              config.yaml
            </Button>
            <Button
              variant="default"
              component={Link}
              to="/runs/new"
              search={{ dataset: run.dataset ?? undefined } as never}
            >
              Begin another training
            </Button>
          </>
        )}
      </Group>
      {rows.length === 0 ? (
        <Text c="dimmed">{find === '' ? 'It has no settings.' : 'No setting is called so.'}</Text>
      ) : (
        <Rows rows={rows} head={(key) => <SettingKey name={key} />} />
      )}
    </Stack>
  );
}

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));
  return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
}
