import { Autocomplete, CloseButton, Code, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconHelpCircle, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { asFault } from '../../api/fault.ts';
import { completions, filterOf, typedOf } from './filter-words.ts';

interface Props {
  filter: string | undefined;
  /** metrics.NAME, params.NAME, tags.NAME: what there is to search by. */
  names: readonly string[];
  error: unknown;
  onFilter: (filter: string | undefined) => void;
}

/** MLflow's filter grammar, with names to choose from; words alone look for names of runs. */
export function FilterField({ filter, names, error, onFilter }: Props) {
  const [typed, setTyped] = useState(typedOf(filter));
  useEffect(() => setTyped(typedOf(filter)), [filter]);
  const offered = useMemo(() => completions(typed, names), [typed, names]);
  const fault = error === null ? undefined : asFault(error);
  return (
    <form
      style={{ flex: '1 1 320px', minWidth: 0 }}
      onSubmit={(event) => {
        event.preventDefault();
        onFilter(filterOf(typed));
      }}
    >
      <Autocomplete
        aria-label="Find runs"
        placeholder="A name, or metrics.val.auroc > 0.9 and params.seed = '1'"
        data-search
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSectionWidth={typed === '' ? 34 : 62}
        rightSection={
          <Group gap={2} wrap="nowrap">
            {typed !== '' && (
              <CloseButton
                size="sm"
                aria-label="Clear the filter"
                onClick={() => {
                  setTyped('');
                  onFilter(undefined);
                }}
              />
            )}
            <Help />
          </Group>
        }
        value={typed}
        onChange={setTyped}
        data={offered}
        filter={({ options }) => options}
        error={fault?.status === 400 ? fault.message : undefined}
        spellCheck={false}
        autoComplete="off"
      />
    </form>
  );
}

const EXAMPLES = [
  ['lesion', 'runs whose name holds the word'],
  ['metrics.val.auroc > 0.9', 'latest value of a metric'],
  ["params.optimiser.lr = '0.001'", 'parameters are text'],
  ["attributes.status = 'RUNNING'", 'RUNNING, FINISHED, FAILED, KILLED'],
  ["tags.team LIKE 'derm%'", '% stands for anything'],
  ['metrics."val.auroc/benign" >= 0.8 and params.seed = \'2\'', 'names with other signs stand in quotes'],
] as const;

function Help() {
  return (
    <Popover width={420} position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton aria-label="How to write a filter" style={{ display: 'flex', padding: 4 }}>
          <IconHelpCircle size={18} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8}>
          <Text size="sm">
            MLflow's grammar: comparisons of metrics, params, tags and attributes, joined by <b>and</b>. Enter looks.
          </Text>
          {EXAMPLES.map(([text, words]) => (
            <div key={text}>
              <Code style={{ whiteSpace: 'normal' }}>{text}</Code>
              <Text size="xs" c="dimmed">
                {words}
              </Text>
            </div>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
