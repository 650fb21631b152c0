import {
  Alert,
  Button,
  Code,
  Group,
  NumberInput,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { asFault } from '../../api/fault.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { done } from '../../components/notify.tsx';
import type { DatasetChoice } from './datasets.ts';
import { ResolvedRecipe } from './resolved-recipe.tsx';
import { settingsOf, USUAL } from './settings-words.ts';

interface Named {
  name: string;
  about: string;
}

interface Props {
  recipes: readonly Named[];
  sweeps: readonly Named[];
  datasets: readonly DatasetChoice[];
  given: { recipe?: string; dataset?: string; sweep?: string; setting?: string[] };
}

export function NewForm({ recipes, sweeps, datasets, given }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('write');
  const [kind, setKind] = useState<'recipe' | 'sweep'>(given.sweep === undefined ? 'recipe' : 'sweep');
  const [recipe, setRecipe] = useState(given.recipe ?? recipes[0]?.name ?? '');
  const [sweep, setSweep] = useState(given.sweep ?? sweeps[0]?.name ?? '');
  const [dataset, setDataset] = useState(known(datasets, given.dataset) ?? datasets[0]!.name);
  const [usual, setUsual] = useState<Record<string, string>>({});
  const [more, setMore] = useState((given.setting ?? []).join('\n'));
  const [trials, setTrials] = useState<number | undefined>();
  const [workers, setWorkers] = useState(1);
  const [reason, setReason] = useState('');
  const settings = settingsOf(dataset, usual, more);
  const acceptLeaks = reason.trim() === '' ? {} : { acceptLeaks: reason.trim() };

  const check = useQuery({
    queryKey: ['check', recipe, settings],
    queryFn: ({ signal }) => ask(api.POST('/v1/trainings/check', { body: { recipe, settings }, signal })),
    enabled: may && kind === 'recipe' && recipe !== '',
    placeholderData: (before) => before,
    retry: false,
  });
  const begin = useMutation({
    mutationFn: async () => {
      if (kind === 'recipe') return ask(api.POST('/v1/trainings', { body: { recipe, settings, ...acceptLeaks } }));
      const body = { sweep, settings, workers, ...(trials === undefined ? {} : { trials }), ...acceptLeaks };
      return (await ask(api.POST('/v1/sweeps', { body }))).training;
    },
    onSuccess: (training) => {
      done(`"${training.name}" begins.`);
      void client.invalidateQueries({ queryKey: ['running'] });
      void client.invalidateQueries({ queryKey: ['runs'] });
      void navigate({ to: '/runs/trainings/$training', params: { training: training.id } });
    },
  });
  const leaky = begin.error !== null && asFault(begin.error).code === 'LEAKY_SPLIT';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate();
  };
  const shown = kind === 'recipe' ? recipes : sweeps;
  const chosen = shown.find(({ name }) => name === (kind === 'recipe' ? recipe : sweep));
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Paper withBorder p="md">
          <Stack gap="md">
            <SegmentedControl
              aria-label="What to begin"
              value={kind}
              onChange={(next) => setKind(next as typeof kind)}
              data={[
                { value: 'recipe', label: 'One training' },
                { value: 'sweep', label: 'A sweep over settings' },
              ]}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Select
                label={kind === 'recipe' ? 'Recipe' : 'Sweep'}
                description={chosen?.about}
                inputWrapperOrder={['label', 'input', 'description']}
                data={shown.map(({ name }) => name)}
                value={kind === 'recipe' ? recipe : sweep}
                onChange={(next) => (kind === 'recipe' ? setRecipe(next ?? '') : setSweep(next ?? ''))}
                allowDeselect={false}
                searchable
              />
              <Select
                label="Dataset"
                description={datasets.find(({ name }) => name === dataset)?.about}
                inputWrapperOrder={['label', 'input', 'description']}
                data={datasets.map(({ name }) => name)}
                value={dataset}
                onChange={(next) => setDataset(next ?? dataset)}
                allowDeselect={false}
                searchable
              />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
              {USUAL.map(({ key, label, kind: of }) =>
                of === 'text' ? (
                  <TextInput
                    key={key}
                    label={label}
                    placeholder={kind === 'recipe' ? 'as the recipe says' : 'as the sweep says'}
                    value={usual[key] ?? ''}
                    onChange={(event) => setUsual({ ...usual, [key]: event.currentTarget.value })}
                  />
                ) : (
                  <NumberInput
                    key={key}
                    label={label}
                    placeholder={kind === 'recipe' ? presetOf(check.data, key) : 'as the sweep says'}
                    value={usual[key] ?? ''}
                    onChange={(next) => setUsual({ ...usual, [key]: String(next) })}
                    hideControls
                  />
                ),
              )}
              {kind === 'sweep' && (
                <>
                  <NumberInput
                    label="Trials"
                    placeholder="as the sweep says"
                    min={1}
                    value={trials ?? ''}
                    onChange={(next) => setTrials(typeof next === 'number' ? next : undefined)}
                  />
                  <NumberInput
                    label="Trainings at a time"
                    min={1}
                    max={64}
                    value={workers}
                    onChange={(next) => setWorkers(typeof next === 'number' ? next : 1)}
                  />
                </>
              )}
            </SimpleGrid>
            <Textarea
              label="Other settings, one a line"
              description={
                <>
                  For example <Code>training.earlyStopping.patience=3</Code> or <Code>model.pretrained=imagenet</Code>
                </>
              }
              autosize
              minRows={2}
              maxRows={12}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              spellCheck={false}
              value={more}
              onChange={(event) => setMore(event.currentTarget.value)}
            />
          </Stack>
        </Paper>
        {leaky && (
          <Alert color="orange" title="The dataset's split leaks">
            <Text size="sm" mb="xs">
              {asFault(begin.error).message} Mend it under Datasets, or take it on yourself: the run carries the stamp
              "leaky" for ever.
            </Text>
            <TextInput
              label="Why it is trained on all the same"
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </Alert>
        )}
        {begin.error !== null && !leaky && <FaultPanel error={begin.error} title="It was not begun." />}
        <Group>
          <Button
            type="submit"
            size="md"
            disabled={!may || (kind === 'recipe' && check.error !== null) || (leaky && reason.trim() === '')}
            loading={begin.isPending}
          >
            {kind === 'recipe' ? 'Begin the training' : 'Begin the sweep'}
          </Button>
          {!may && <Text size="sm">You may look, and begin nothing: that needs the permission "write".</Text>}
        </Group>
        {kind === 'recipe' &&
          (check.error !== null ? (
            <FaultPanel error={check.error} title="These settings make no recipe." />
          ) : (
            check.data !== undefined && <ResolvedRecipe settings={check.data.settings} />
          ))}
      </Stack>
    </form>
  );
}

function known(datasets: readonly DatasetChoice[], reference: string | undefined): string | undefined {
  const name = reference?.split('@')[0];
  return datasets.find((one) => one.name === name)?.name;
}

function presetOf(resolved: { settings: { key: string; value: unknown }[] } | undefined, key: string): string {
  const value = resolved?.settings.find((one) => one.key === key)?.value;
  return value === undefined || value === null ? 'as the recipe says' : JSON.stringify(value);
}
