import { Alert, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Copyable } from '../../components/copyable.tsx';
import { duration } from '../../say.ts';
import { LeakAlert } from './about-model.tsx';
import { AnswerPanel } from './answer.tsx';
import { modelOf } from './answerers.ts';
import { Feedback } from './feedback.tsx';
import { type Layer, Picture } from './picture.tsx';
import { type Answer, info, type ModelInfo } from './queries.ts';
import { type Shot, type Told, tray } from './tray.ts';
import { agreement } from './words.ts';

interface Props {
  shot: Shot;
  /** One, or two that are compared. */
  refs: readonly string[];
  labels: ReadonlyMap<string, string>;
  opacity: number;
  onOpacity: (opacity: number) => void;
}

/** The model behind an answer; of one that is not there yet, nothing. */
export function useInfo(told: Told | undefined): ModelInfo | undefined {
  const of = told?.state === 'answered' ? modelOf(told.answer).of : undefined;
  return useQuery(info(of)).data?.info;
}

/** One image and what was said of it; with two who answer, side by side. */
export function Result({ shot, refs, labels, opacity, onOpacity }: Props) {
  const [first, second] = refs.map((ref) => shot.told[ref]);
  const infos = [useInfo(first), useInfo(second)];
  const two = refs.length > 1;
  const layers = refs.flatMap((ref, i): Layer[] => {
    const told = shot.told[ref];
    const known = infos[i];
    if (told?.state !== 'answered' || told.answer.heatmap === undefined || known === undefined) return [];
    return [{ name: labels.get(ref) ?? ref, heatmap: told.answer.heatmap, preprocess: known.preprocess }];
  });
  return (
    <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
      <div className="predict-result" data-two={two || undefined}>
        <Picture key={shot.id} shot={shot} layers={layers} opacity={opacity} onOpacity={onOpacity} />
        <Stack gap="lg">
          {two && first?.state === 'answered' && second?.state === 'answered' && (
            <Agreement a={first.answer} b={second.answer} />
          )}
          <div className={two ? 'predict-two' : undefined}>
            {refs.map((ref, i) => (
              <section key={ref} aria-label={labels.get(ref) ?? ref}>
                {two && (
                  <Title order={2} size="sm" mb="sm">
                    {labels.get(ref) ?? ref}
                  </Title>
                )}
                <OneSide shot={shot} refName={ref} told={shot.told[ref]} info={infos[i]} dense={two} />
              </section>
            ))}
          </div>
        </Stack>
      </div>
    </Paper>
  );
}

interface SideProps {
  shot: Shot;
  refName: string;
  told: Told | undefined;
  info: ModelInfo | undefined;
  dense: boolean;
}

function OneSide({ shot, refName, told, info: known, dense }: SideProps) {
  if (told === undefined || told.state === 'waiting' || told.state === 'asking') {
    return (
      <Group py="xl" justify="center" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm" c="dimmed">
          {told?.state === 'asking' ? 'The image is being read' : 'Waits for its turn'}
        </Text>
      </Group>
    );
  }
  if (told.state === 'failed') {
    const { message, hint, requestId } = told.fault;
    return (
      <Alert color="red" variant="light" title="No answer for this image" role="alert" data-testid="failure">
        <Text size="sm">{message}</Text>
        {hint !== undefined && <Text size="sm">{hint}</Text>}
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={() => tray.again(shot.id, refName)}>
            Ask again
          </Button>
          {requestId !== undefined && (
            <Text size="xs" c="dimmed" className="mono">
              request {requestId}
            </Text>
          )}
        </Group>
      </Alert>
    );
  }
  const { answer, milliseconds } = told;
  return (
    <Stack gap="md">
      {known !== undefined && <LeakAlert info={known} />}
      <AnswerPanel answer={answer} info={known} dense={dense} />
      <Feedback shot={shot} answer={answer} />
      <Trace answer={answer} milliseconds={milliseconds} />
    </Stack>
  );
}

function Agreement({ a, b }: { a: Answer; b: Answer }) {
  const { agree, words } = agreement(a, b);
  return (
    <Alert
      color={agree ? 'teal' : 'orange'}
      className={agree ? 'calm' : ''}
      variant="light"
      title={agree ? 'They agree' : 'They differ'}
      data-testid="agreement"
    >
      <Text size="sm">{words}</Text>
    </Alert>
  );
}

/** By what the answer can be found again. */
function Trace({ answer, milliseconds }: { answer: Answer; milliseconds: number }) {
  return (
    <Group gap="md" c="dimmed" fz="xs">
      <span>
        {modelOf(answer).name}
        {'routing' in answer && ` by ${answer.routing.deployment}, revision ${answer.routing.revision}`}
      </span>
      <Copyable text={answer.requestId} shown={`request ${answer.requestId.slice(0, 8)}`} what="the request's id" />
      <span>{duration(milliseconds / 1_000)}</span>
    </Group>
  );
}
