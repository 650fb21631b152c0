import { Alert, Badge, Group, Text } from '@mantine/core';
import type { ModelInfo, PredictAnswer } from './api.ts';
import { setWords, unlikeWords } from './words.ts';

/** Said before anything else: an answer about an image of another kind is worth nothing, however sure it sounds. */
export function Unlike({ answer }: { answer: PredictAnswer }) {
  if (answer.outOfDistribution?.verdict !== true) return null;
  const { title, sentences } = unlikeWords(answer.outOfDistribution);
  return (
    <Alert color="orange" variant="light" title={title} data-testid="unlike">
      {sentences.map((sentence) => (
        <Text key={sentence} size="sm" mt={4}>
          {sentence}
        </Text>
      ))}
    </Alert>
  );
}

/** The conformal set: which classes can't be ruled out. Nothing is promised for an image of another kind. */
export function PlausibleSet({ answer, info }: { answer: PredictAnswer; info: ModelInfo }) {
  const { set } = answer;
  if (set === undefined || answer.outOfDistribution?.verdict === true) return null;
  const { title, sentence } = setWords(set, info.conformal?.always ?? []);
  return (
    <div data-testid="set">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {set.labels.length > 0 && (
        <Group gap={6} mt={6}>
          {set.labels.map((label) => (
            <Badge key={label} variant="default" tt="none" fw={500} size="lg">
              {label}
            </Badge>
          ))}
        </Group>
      )}
      <Text size="xs" c="dimmed" mt={6}>
        {sentence}
      </Text>
    </div>
  );
}
