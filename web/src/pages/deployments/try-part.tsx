import {
  Alert,
  Badge,
  Button,
  Code,
  FileButton,
  Group,
  Image,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Tabs,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault, faultOf, offline } from '../../api/fault.ts';
import type { paths } from '../../api/schema.d.ts';
import { useAbout, useMay } from '../../app/session.ts';
import { Copyable, CopyBlock } from '../../components/copyable.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { heatmapWords } from '../../heatmap-words.ts';
import { apart } from '../../say.ts';
import type { Deployment } from './queries.ts';
import { type Asked, client as clientCall, curl, fetched } from './snippets.ts';
import { milliseconds, percent } from './words.ts';

type Answer = paths['/v1/predict']['post']['responses'][200]['content']['application/json'];

/** Asks the deployment as a client would, and shows how that is done elsewhere. */
export function TryPart({ deployment }: { deployment: Deployment }) {
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState('');
  const [priority, setPriority] = useState('normal');
  const [deadlineMs, setDeadline] = useState<number | null>(null);
  const [heatmap, setHeatmap] = useState(false);
  const about = useAbout();
  const mayPredict = useMay('predict');
  const client = useQueryClient();
  const asking = useMutation({
    mutationFn: () => predict({ deployment: deployment.name, file: file!, key, priority, deadlineMs, heatmap }),
    onSettled: () => client.invalidateQueries({ queryKey: ['deployment', deployment.name, 'recent'] }),
  });
  const asked: Asked = {
    ...{ origin: window.location.origin, deployment: deployment.name, file: file?.name ?? 'image.jpg' },
    ...{ key, priority, deadlineMs, heatmap, needsKey: about.data?.auth.required ?? false },
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="sm">
          Request
        </Title>
        <Stack gap="sm">
          <Group>
            <FileButton onChange={setFile} accept="image/*,.tif,.tiff,.bmp">
              {(props) => (
                <Button variant="default" {...props}>
                  {file === null ? 'Choose an image' : 'Another image'}
                </Button>
              )}
            </FileButton>
            <Text size="sm" className="clip" maw={220}>
              {file?.name ?? 'JPEG, PNG, TIFF, BMP, WebP'}
            </Text>
          </Group>
          <TextInput
            label="Key"
            description={`Of the ${deployment.revision.spec.sticky}: the same one gets the same version. Only its salted hash is kept.`}
            value={key}
            maxLength={1_000}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Group grow align="flex-end">
            <Select
              label="Priority"
              data={['high', 'normal', 'low']}
              value={priority}
              allowDeselect={false}
              onChange={(value) => value !== null && setPriority(value)}
            />
            <NumberField
              label="Longest wait (ms)"
              placeholder={String(deployment.revision.spec.limits.deadlineMs)}
              min={1}
              max={600_000}
              value={deadlineMs ?? ''}
              onChange={(value) => setDeadline(typeof value === 'number' ? value : null)}
            />
          </Group>
          <Switch
            label="With a heat map"
            checked={heatmap}
            onChange={(event) => setHeatmap(event.currentTarget.checked)}
          />
          <Group>
            <Button onClick={() => asking.mutate()} disabled={file === null || !mayPredict} loading={asking.isPending}>
              Send
            </Button>
            {!mayPredict && (
              <Text size="sm" c="dimmed">
                This needs a role that may predict.
              </Text>
            )}
          </Group>
          {deployment.served === null && (
            <Alert color="gray">This server does not answer for {deployment.name}: it will say so.</Alert>
          )}
        </Stack>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="sm">
          Answer
        </Title>
        {asking.error !== null && <FaultPanel error={asking.error} />}
        {asking.data === undefined && asking.error === null && (
          <Text size="sm" c="dimmed">
            The answer stands here once an image was sent. It is logged as any other, without the image.
          </Text>
        )}
        {asking.data !== undefined && <Said answer={asking.data.answer} took={asking.data.took} />}
      </Paper>
      <Paper withBorder p="lg" style={{ gridColumn: '1 / -1', minWidth: 0 }}>
        <Title order={2} size="h3" mb="sm">
          The same from elsewhere
        </Title>
        <Tabs defaultValue="curl" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="curl">curl</Tabs.Tab>
            <Tabs.Tab value="client">TypeScript, osler-client</Tabs.Tab>
            <Tabs.Tab value="fetch">TypeScript, fetch</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="curl">
            <CopyBlock text={curl(asked)} what="the curl call" />
          </Tabs.Panel>
          <Tabs.Panel value="client">
            <CopyBlock text={clientCall(asked)} what="the TypeScript" />
          </Tabs.Panel>
          <Tabs.Panel value="fetch">
            <CopyBlock text={fetched(asked)} what="the TypeScript" />
          </Tabs.Panel>
        </Tabs>
      </Paper>
    </SimpleGrid>
  );
}

function Said({ answer, took }: { answer: Answer; took: number }) {
  const { heatmap, ...rest } = answer;
  const { positive, abstention, routing, model, label, probabilities, requestId, set } = rest;
  return (
    <Stack gap="sm" data-testid="answer">
      <Group gap="sm">
        <Text size="lg" fw={600}>
          {label}
        </Text>
        <Badge>{routing.variant}</Badge>
        {routing.role === 'canary' && (
          <Badge color="blue" variant="light">
            canary
          </Badge>
        )}
        <Text size="sm" c="dimmed">
          {milliseconds(took)} with the way there and back
        </Text>
      </Group>
      <Text size="sm">
        {positive === undefined
          ? `${probabilities[label] === Math.max(...Object.values(probabilities)) ? 'The most probable class' : 'The class decided for, though not the most probable'}, ${percent(probabilities[label] ?? 0)}. No class is named positive, so there is no verdict.`
          : verdictWords(positive)}
      </Text>
      {abstention !== null && (
        <Alert color="orange" title="A person should decide">
          {abstention.words}
        </Alert>
      )}
      {set !== undefined && abstention === null && (
        <Text size="sm" c="dimmed">
          The one class that fits at a coverage of {percent(set.coverage)}.
        </Text>
      )}
      {rest.stamps.length > 0 && (
        <Alert color="orange">The model is stamped {rest.stamps.join(', ')}: do not rely on it.</Alert>
      )}
      {routing.insteadOf !== undefined && (
        <Alert color="orange">
          {routing.insteadOf}, to which the key belongs, failed; {routing.variant} answered in its place.
        </Alert>
      )}
      {heatmap !== undefined && (
        <Image
          src={heatmap.image}
          alt={
            heatmap.blank
              ? `Nothing speaks for ${heatmap.explained}`
              : `Where the evidence for ${heatmap.explained} lies`
          }
          maw={260}
          radius="md"
        />
      )}
      {heatmap !== undefined && (
        <Text size="xs" c="dimmed">
          {heatmapWords(heatmap)}
        </Text>
      )}
      <Text size="sm" component="div">
        {model.name}@{model.version}, revision {routing.revision}, by {routing.by}; request{' '}
        <Copyable text={requestId} shown={requestId.slice(0, 13)} what="the request's id" />
      </Text>
      <details>
        <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>As JSON</summary>
        <Code block className="answer-json" mt="xs" tabIndex={0}>
          {JSON.stringify(rest, null, 2)}
        </Code>
      </details>
    </Stack>
  );
}

async function predict(
  asked: Pick<Asked, 'deployment' | 'key' | 'priority' | 'deadlineMs' | 'heatmap'> & { file: File },
) {
  const form = new FormData();
  form.set('file', asked.file);
  form.set('deployment', asked.deployment);
  if (asked.key !== '') form.set('key', asked.key);
  if (asked.priority !== 'normal') form.set('priority', asked.priority);
  if (asked.deadlineMs !== null) form.set('deadlineMs', String(asked.deadlineMs));
  if (asked.heatmap) form.set('heatmap', 'true');
  const began = performance.now();
  const response = await fetch('/v1/predict', { method: 'POST', body: form }).catch((cause: unknown): never => {
    throw offline(cause);
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw faultOf(response, body);
  if (body === null) throw new Fault({ code: 'INTERNAL', message: 'The answer is no JSON.', status: response.status });
  return { answer: body as Answer, took: performance.now() - began };
}

function verdictWords({ labels, probability, threshold, verdict }: NonNullable<Answer['positive']>): string {
  const [p, t] = apart(probability, threshold);
  return `${labels.join(' or ')} at ${p}: ${verdict ? 'reaches' : 'stays below'} the threshold of ${t}, so the verdict is ${verdict ? 'positive' : 'negative'}.`;
}
