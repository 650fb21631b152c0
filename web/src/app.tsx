import {
  Alert,
  Anchor,
  Badge,
  Button,
  Center,
  Container,
  FileButton,
  Group,
  Loader,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Answer } from './answer.tsx';
import { ApiError, type ModelInfo, modelInfo, type PredictAnswer, predict } from './api.ts';
import { Picture } from './picture.tsx';
import { leakText } from './words.ts';

type State =
  | { step: 'empty' }
  | { step: 'asking'; file: File }
  | { step: 'answered'; file: File; answer: PredictAnswer; milliseconds: number }
  | { step: 'failed'; file: File; message: string; hint: string | undefined };

export function App() {
  const [info, setInfo] = useState<ModelInfo>();
  const [failure, setFailure] = useState<ApiError>();
  const [state, setState] = useState<State>({ step: 'empty' });
  const asking = useRef<AbortController>(null);

  useEffect(() => {
    modelInfo().then(setInfo, setFailure);
    // An image dropped beside the frame would otherwise replace the page.
    const stay = (event: DragEvent) => event.preventDefault();
    window.addEventListener('dragover', stay);
    window.addEventListener('drop', stay);
    return () => {
      window.removeEventListener('dragover', stay);
      window.removeEventListener('drop', stay);
    };
  }, []);

  const ask = useCallback(async (file: File | null | undefined) => {
    if (!file) return;
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setState({ step: 'asking', file });
    const started = performance.now();
    try {
      const answer = await predict(file, controller.signal);
      setState({ step: 'answered', file, answer, milliseconds: performance.now() - started });
    } catch (error) {
      if (controller.signal.aborted) return;
      const known = error instanceof ApiError ? error : new ApiError(String(error));
      setState({ step: 'failed', file, message: known.message, hint: known.hint });
    }
  }, []);

  return (
    <Container size="md" py="xl">
      <Header info={info} />
      <main>
        {failure !== undefined && (
          <Alert color="red" title={failure.message} mb="lg">
            {failure.hint}
          </Alert>
        )}
        {info?.stamps.map((stamp) => (
          <Alert key={stamp} color="orange" title={`This model is stamped "${stamp}"`} mb="lg">
            {stamp === 'leaky' && info.leaks !== null
              ? leakText(info.leaks)
              : 'Its figures may flatter it. Do not rely on them.'}
          </Alert>
        ))}
        {state.step === 'empty' ? <Drop onFile={ask} /> : <Result state={state} info={info} onFile={ask} />}
      </main>
      {info !== undefined && <About info={info} />}
    </Container>
  );
}

function Header({ info }: { info: ModelInfo | undefined }) {
  return (
    <Group component="header" justify="space-between" align="baseline" mb="lg">
      <Title order={1} size="h3">
        Osler
      </Title>
      {info !== undefined && (
        <Text size="sm" c="dimmed">
          {info.name} on {info.dataset.name}, version {info.dataset.version}
        </Text>
      )}
    </Group>
  );
}

function Drop({ onFile }: { onFile: (file: File | undefined) => void }) {
  return (
    <Dropzone
      onDrop={(files) => onFile(files[0])}
      onReject={(rejected) => onFile(rejected[0]?.file)}
      multiple={false}
      inputProps={{ 'aria-label': 'Image to predict' }}
      aria-label="Drop an image here, or choose one"
    >
      <Center mih={320}>
        <Stack align="center" gap="xs">
          <Text size="xl" fw={600} ta="center">
            Drop an image here
          </Text>
          <Text c="dimmed" ta="center">
            or press to choose one: JPEG, PNG, TIFF, BMP, WebP
          </Text>
          <Text size="sm" c="dimmed" ta="center" mt="md">
            It is answered on this machine and not kept.
          </Text>
        </Stack>
      </Center>
    </Dropzone>
  );
}

function Result({
  state,
  info,
  onFile,
}: {
  state: Exclude<State, { step: 'empty' }>;
  info: ModelInfo | undefined;
  onFile: (file: File | null | undefined) => void;
}) {
  return (
    <>
      <Dropzone.FullScreen
        onDrop={(files) => onFile(files[0])}
        onReject={(rejected) => onFile(rejected[0]?.file)}
        multiple={false}
      >
        <Center mih={200}>
          <Text size="xl">Drop the next image</Text>
        </Center>
      </Dropzone.FullScreen>
      <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
        {state.step === 'asking' && (
          <Center mih={320}>
            <Loader aria-label="Predicting" />
          </Center>
        )}
        {state.step === 'failed' && (
          <Alert color="red" title="No answer for this image" role="alert" data-testid="failure">
            <Text size="sm">{state.message}</Text>
            {state.hint !== undefined && <Text size="sm">{state.hint}</Text>}
          </Alert>
        )}
        {state.step === 'answered' && info !== undefined && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="lg">
            <Picture file={state.file} heatmap={state.answer.heatmap} preprocess={info.preprocess} />
            <Answer answer={state.answer} info={info} />
          </SimpleGrid>
        )}
        <Group mt="lg" justify="space-between">
          <FileButton onChange={onFile} accept="image/*,.tif,.tiff,.bmp">
            {(props) => (
              <Button variant="default" {...props}>
                Another image
              </Button>
            )}
          </FileButton>
          {state.step === 'answered' && (
            <Text size="xs" c="dimmed">
              {Math.round(state.milliseconds)} ms
            </Text>
          )}
        </Group>
      </Paper>
    </>
  );
}

function About({ info }: { info: ModelInfo }) {
  const auroc = info.metrics.auroc;
  return (
    <Group component="footer" mt="xl" gap="xs" justify="space-between">
      <Group gap="xs">
        {auroc !== undefined && (
          <Badge variant="default" tt="none" fw={500}>
            test AUROC {auroc.value.toFixed(3)}
            {auroc.low !== null &&
              auroc.high !== null &&
              ` (95% interval ${auroc.low.toFixed(3)} to ${auroc.high.toFixed(3)})`}
          </Badge>
        )}
        <Badge variant="default" tt="none" fw={500} title={info.run}>
          run {info.run.slice(0, 8)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed">
        Not a medical device. <Anchor href="/docs">API</Anchor> · <Anchor href="/metrics">metrics</Anchor>
      </Text>
    </Group>
  );
}
