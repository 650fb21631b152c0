import {
  Alert,
  Button,
  Code,
  Group,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { asFault } from '../../api/fault.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { done } from '../../components/notify.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { isAbsent } from '../../components/reading.ts';
import type { DatasetChoice } from './datasets.ts';
import { NewChoices } from './new-choices.tsx';
import { recipesQuery } from './queries.ts';
import { type Repeat, RepeatField } from './repeat-field.tsx';
import { ResolvedRecipe } from './resolved-recipe.tsx';
import { fieldOf, settingsOf, USUAL } from './settings-words.ts';
import { SweepPreview } from './sweep-preview.tsx';

interface Props {
  datasets: readonly DatasetChoice[];
  given: { recipe?: string; dataset?: string; sweep?: string; setting?: string[] };
}

export function NewForm({ datasets, given }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('write');
  const [kind, setKind] = useState<'recipe' | 'sweep'>(given.sweep === undefined ? 'recipe' : 'sweep');
  const [wanted, setWanted] = useState(given.recipe);
  const [wantedSweep, setWantedSweep] = useState(given.sweep);
  const [dataset, setDataset] = useState(known(datasets, given.dataset) ?? datasets[0]!.name);
  const [usual, setUsual] = useState<Record<string, string>>({});
  const [more, setMore] = useState((given.setting ?? []).join('\n'));
  const [repeat, setRepeat] = useState<Repeat>({ kind: 'once', of: 3 });
  const [trials, setTrials] = useState<number | undefined>();
  const [workers, setWorkers] = useState(1);
  const [reason, setReason] = useState('');
  const offered = useQuery({ ...recipesQuery(dataset), placeholderData: (before) => before });
  const recipe = wanted ?? offered.data?.suggested?.recipe ?? offered.data?.recipes[0]?.name ?? '';
  const sweep = wantedSweep ?? offered.data?.sweeps[0]?.name ?? '';
  const settings = settingsOf(dataset, usual, more);
  const acceptLeaks = reason.trim() === '' ? {} : { acceptLeaks: reason.trim() };
  const sweepBody = { sweep, settings, workers, ...(trials === undefined ? {} : { trials }), ...acceptLeaks };

  const check = useQuery({
    queryKey: ['check', recipe, settings],
    queryFn: ({ signal }) => ask(api.POST('/v1/trainings/check', { body: { recipe, settings }, signal })),
    enabled: may && kind === 'recipe' && recipe !== '',
    placeholderData: (before) => before,
    retry: false,
  });
  const preview = useQuery({
    queryKey: ['check', 'sweep', sweep, settings, trials, workers],
    queryFn: ({ signal }) => ask(api.POST('/v1/sweeps/check', { body: sweepBody, signal })),
    enabled: may && kind === 'sweep' && sweep !== '',
    placeholderData: (before) => before,
    retry: false,
  });
  /** Two presses of one double click are one training: the page is left once it has begun. */
  const begun = useRef(false);
  const begin = useMutation({
    onError: () => {
      begun.current = false;
    },
    mutationFn: async () => {
      if (kind === 'sweep') return (await ask(api.POST('/v1/sweeps', { body: sweepBody }))).training;
      const times = repeat.kind === 'once' ? {} : { repeat: { kind: repeat.kind, of: repeat.of } };
      return ask(api.POST('/v1/trainings', { body: { recipe, settings, ...times, ...acceptLeaks } }));
    },
    onSuccess: (training) => {
      done(`"${training.name}" begins.`);
      void client.invalidateQueries({ queryKey: ['running'] });
      void client.invalidateQueries({ queryKey: ['runs'] });
      void client.invalidateQueries({ queryKey: ['recipes'] });
      void navigate({ to: '/runs/trainings/$training', params: { training: training.id } });
    },
  });
  const checked = kind === 'recipe' ? check : preview;
  const leaky =
    (begin.error !== null && asFault(begin.error).code === 'LEAKY_SPLIT') ||
    (kind === 'sweep' && preview.data?.leaky === true);
  const refused = checked.error ?? (leaky ? null : begin.error);
  const filled = [
    ...USUAL.flatMap(({ key }) => ((usual[key] ?? '').trim() === '' ? [] : [key])),
    ...(kind === 'sweep' ? ['trials', 'workers'] : repeat.kind === 'once' ? [] : ['repeat', repeat.kind]),
  ];
  const field = refused === null ? undefined : fieldOf(asFault(refused).message, filled);
  const wrong = (key: string): string | undefined => (field === key ? asFault(refused).message : undefined);
  const resolved = kind === 'recipe' ? check.data?.settings : preview.data?.settings;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (begun.current) return;
    begun.current = true;
    begin.mutate();
  };
  if (isAbsent(offered)) return <FaultPanel error={offered.error} onRetry={() => void offered.refetch()} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Paper withBorder p="md">
          <Stack gap="md">
            <SegmentedControl
              aria-label="What to begin"
              value={kind}
              onChange={(next) => {
                setKind(next as typeof kind);
                begin.reset();
              }}
              data={[
                { value: 'recipe', label: 'A training' },
                { value: 'sweep', label: 'A sweep over settings' },
              ]}
            />
            <NewChoices
              kind={kind}
              offered={offered.data}
              name={kind === 'recipe' ? recipe : sweep}
              onName={kind === 'recipe' ? setWanted : setWantedSweep}
              suggested={wanted === undefined && kind === 'recipe'}
              datasets={datasets}
              dataset={dataset}
              onDataset={setDataset}
              weights={kind === 'recipe' && check.error === null ? check.data?.weights : undefined}
            />
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
              {USUAL.map(({ key, label, kind: of }) =>
                of === 'text' ? (
                  <TextInput
                    key={key}
                    label={label}
                    placeholder={kind === 'recipe' ? 'as the recipe says' : 'as the sweep says'}
                    error={wrong(key)}
                    value={usual[key] ?? ''}
                    onChange={(event) => setUsual({ ...usual, [key]: event.currentTarget.value })}
                  />
                ) : (
                  // As text: a learning rate is 3e-4.
                  <TextInput
                    key={key}
                    label={label}
                    inputMode="decimal"
                    placeholder={presetOf(resolved, key)}
                    error={wrong(key)}
                    value={usual[key] ?? ''}
                    onChange={(event) => setUsual({ ...usual, [key]: event.currentTarget.value })}
                  />
                ),
              )}
              {kind === 'sweep' && (
                <>
                  <NumberField
                    label="Trials"
                    placeholder={preview.data === undefined ? 'as the sweep says' : String(preview.data.trials)}
                    min={1}
                    error={wrong('trials')}
                    value={trials ?? ''}
                    onChange={(next) => setTrials(typeof next === 'number' ? next : undefined)}
                  />
                  <NumberField
                    label="Trainings at a time"
                    min={1}
                    max={64}
                    error={wrong('workers')}
                    value={workers}
                    onChange={(next) => setWorkers(typeof next === 'number' ? next : 1)}
                  />
                </>
              )}
            </SimpleGrid>
            {kind === 'recipe' && (
              <RepeatField value={repeat} onChange={setRepeat} error={wrong('repeat') ?? wrong(repeat.kind)} />
            )}
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
              {begin.error !== null && `${asFault(begin.error).message} `}Mend it under Datasets, or take it on
              yourself: the run carries the stamp "leaky" for ever.
            </Text>
            <TextInput
              label="Why it is trained on all the same"
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </Alert>
        )}
        {begin.error !== null && asFault(begin.error).code !== 'LEAKY_SPLIT' && field === undefined && (
          <FaultPanel error={begin.error} title="It was not begun." />
        )}
        <Group>
          <Button
            type="submit"
            size="md"
            disabled={!may || checked.error !== null || (leaky && reason.trim() === '')}
            loading={begin.isPending || begin.isSuccess}
          >
            {wordsOf(kind, repeat)}
          </Button>
          {!may && <Text size="sm">You may look, and begin nothing: that needs the permission "write".</Text>}
        </Group>
        {checked.error !== null
          ? field === undefined && (
              <FaultPanel
                error={checked.error}
                title={kind === 'recipe' ? 'These settings make no recipe.' : 'These settings make no sweep.'}
              />
            )
          : kind === 'recipe'
            ? check.data !== undefined && <ResolvedRecipe settings={check.data.settings} />
            : preview.data !== undefined && <SweepPreview preview={preview.data} />}
      </Stack>
    </form>
  );
}

function wordsOf(kind: 'recipe' | 'sweep', { kind: times, of }: Repeat): string {
  if (kind === 'sweep') return 'Begin the sweep';
  return times === 'once' ? 'Begin the training' : `Begin ${of} trainings`;
}

function known(datasets: readonly DatasetChoice[], reference: string | undefined): string | undefined {
  const name = reference?.split('@')[0];
  return datasets.find((one) => one.name === name)?.name;
}

function presetOf(resolved: readonly { key: string; value: unknown }[] | undefined, key: string): string {
  const value = resolved?.find((one) => one.key === key)?.value;
  return value === undefined || value === null ? 'as the recipe says' : JSON.stringify(value);
}
