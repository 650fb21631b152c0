import { Alert, Autocomplete, Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { isAbsent } from '../../components/reading.ts';
import { metricName } from '../../metric-words.ts';
import { figures } from '../../say.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Chosen beforehand: its id. */
  run?: string | undefined;
  /** Names that there are. */
  models: readonly string[];
}

/** A run becomes the next version of a model: exported, compared with the engine, signed, registered. */
export function RegisterModal(props: Props) {
  const [begun, setBegun] = useState<{ id: string; model: string; run: string }>();
  const close = () => {
    setBegun(undefined);
    props.onClose();
  };
  return (
    <Modal opened={props.opened} onClose={close} title="Register a run" size="lg">
      {props.opened &&
        (begun === undefined ? <Form {...props} onBegun={setBegun} /> : <Progress {...begun} onClose={close} />)}
    </Modal>
  );
}

function Form({
  run: preset,
  models,
  onBegun,
}: Props & { onBegun: (of: { id: string; model: string; run: string }) => void }) {
  const [run, setRun] = useState(preset ?? null);
  const [name, setName] = useState(models.length === 1 ? models[0]! : '');
  const [description, setDescription] = useState('');
  const [reason, setReason] = useState('');
  const runs = useQuery(runsQuery());
  const begin = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/models/{name}/versions', {
          params: { path: { name: name.trim() } },
          body: {
            run: run!,
            ...(description.trim() === '' ? {} : { description: description.trim() }),
            ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          },
        }),
      ),
    onSuccess: ({ id }) => onBegun({ id, model: name.trim(), run: run! }),
  });
  const ready = run !== null && name.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !begin.isPending) begin.mutate();
  };
  const data = (runs.data ?? []).map(({ id, name: label, model, dataset, best }) => ({
    value: id,
    label: `${label} (${[model, dataset, best === null ? null : `${metricName(best.metric)} ${figures(best.value)}`].filter(Boolean).join(', ')}, ${id.slice(0, 8)})`,
  }));
  const known = run === null || data.some(({ value }) => value === run);
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {isAbsent(runs) && <FaultPanel error={runs.error} />}
        <Select
          label="Run"
          description="Its best checkpoint becomes the version."
          placeholder={
            runs.isPending ? 'Loading' : data.length === 0 ? 'No finished training yet' : 'A finished training'
          }
          data={known ? data : [{ value: run, label: run }, ...data]}
          value={run}
          onChange={setRun}
          searchable
          required
        />
        <Autocomplete
          label="Model"
          description="It is made when there is none of that name."
          placeholder="skin"
          data={[...models]}
          value={name}
          onChange={setName}
          required
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Textarea
          label="Why"
          description="Stands in the audit trail with your name."
          autosize
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {begin.error !== null && <FaultPanel error={begin.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!ready} loading={begin.isPending}>
            Register
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The newest trainings of Osler that have a checkpoint. */
const runsQuery = () => ({
  queryKey: ['runs', 'to register'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const query = { limit: 200, filter: "attributes.status = 'FINISHED'" };
    const { runs } = await ask(api.GET('/v1/runs', { params: { query }, signal }));
    return runs.filter(({ origin, best }) => origin === 'osler' && best !== null);
  },
});

const ENDED = new Set(['finished', 'stopped', 'failed']);

function Progress({ id, model, run, onClose }: { id: string; model: string; run: string; onClose: () => void }) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['registering', id],
    queryFn: ({ signal }) => ask(api.GET('/v1/trainings/{training}', { params: { path: { training: id } }, signal })),
    refetchInterval: ({ state }) => (ENDED.has(state.data?.state ?? '') ? false : 1_000),
  });
  const stop = useMutation({
    mutationFn: () => ask(api.POST('/v1/trainings/{training}/stop', { params: { path: { training: id } } })),
  });
  const state = found.data?.state ?? 'starting';
  const made = useQuery({
    queryKey: ['model', model, 'of run', run],
    queryFn: async ({ signal }) => {
      const params = { path: { name: model }, query: { limit: 1_000 } };
      const { versions } = await ask(api.GET('/v1/models/{name}/versions', { params, signal }));
      return versions.find(({ record }) => record.runId === run)?.version ?? null;
    },
    enabled: state === 'finished',
  });
  useEffect(() => {
    if (state === 'finished') void client.invalidateQueries({ queryKey: ['models'] });
  }, [state, client]);
  if (isAbsent(found)) return <FaultPanel error={found.error} onRetry={() => void found.refetch()} />;
  if (!ENDED.has(state)) {
    const { progress, log } = found.data ?? { progress: null, log: [] };
    return (
      <LongAction
        title={`Exporting and checking the run, for ${model}`}
        part={progress?.total === undefined || progress === null ? null : progress.done / progress.total}
        note={progress?.task ?? log.at(-1) ?? 'starting'}
        onCancel={() => stop.mutate()}
        cancelling={stop.isPending || stop.isSuccess}
      />
    );
  }
  return (
    <Stack gap="md">
      {state === 'failed' && (
        <Alert color="red" className="wrong" title="It was not registered">
          {found.data?.error?.message} {found.data?.error?.hint}
        </Alert>
      )}
      {state === 'stopped' && <Alert color="gray">It was stopped; nothing was registered.</Alert>}
      {state === 'finished' && (
        <Text>
          Registered, and waiting for a decision:{' '}
          {made.data != null && (
            <Go
              to="/models/$name/$version"
              params={{ name: model, version: String(made.data) }}
              underline="always"
              onClick={onClose}
            >
              {model}@{made.data}
            </Go>
          )}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
