import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import type { ModelInfo, PredictAnswer } from './api.ts';
import { PlausibleSet, Unlike } from './doubt.tsx';
import { percent, trackRecord, verdict } from './words.ts';

/** Label, verdict and probabilities of one image. */
export function Answer({ answer, info }: { answer: PredictAnswer; info: ModelInfo }) {
  const ranked = Object.entries(answer.probabilities).sort((a, b) => b[1] - a[1]);
  return (
    <Stack gap="lg" aria-live="polite">
      <Unlike answer={answer} />
      <div>
        <Text size="sm" c="dimmed">
          {ranked.length === 2 && answer.positive !== undefined ? 'Decision' : 'Most probable'}
        </Text>
        <Title order={2} data-testid="label">
          {answer.label}
        </Title>
      </div>
      <Verdict answer={answer} info={info} />
      <Stack gap="sm" role="list" aria-label="Probabilities">
        {ranked.map(([label, p]) => (
          <Probability
            key={label}
            label={label}
            p={p}
            mark={onlyPositive(answer, label)}
            counts={severalPositive(answer) && answer.positive!.labels.includes(label)}
          />
        ))}
      </Stack>
      {severalPositive(answer) && (
        <Text size="xs" c="dimmed">
          <span className="dot" /> counts towards the {percent(answer.positive!.probability)} that is compared with the
          threshold of {percent(answer.positive!.threshold)}.
        </Text>
      )}
      <PlausibleSet answer={answer} info={info} />
    </Stack>
  );
}

/** The threshold belongs on a bar only where that bar's own probability is what is compared with it. */
function onlyPositive({ positive }: PredictAnswer, label: string): number | undefined {
  return positive !== undefined && positive.labels.length === 1 && positive.labels[0] === label
    ? positive.threshold
    : undefined;
}

/** With several positive classes the bars say which of them are summed. */
function severalPositive({ positive }: PredictAnswer): boolean {
  return positive !== undefined && positive.labels.length > 1;
}

function Verdict({ answer, info }: { answer: PredictAnswer; info: ModelInfo }) {
  if (answer.positive === undefined) {
    return (
      <Text size="sm" c="dimmed">
        This model has no operating point: it names no class as positive, so there is no verdict.
      </Text>
    );
  }
  const { title, sentence } = verdict(answer.positive);
  // What it did on its test images says nothing about images of another kind.
  const record = answer.outOfDistribution?.verdict === true ? null : trackRecord(info, answer.positive.verdict);
  return (
    <Alert
      color={answer.positive.verdict ? 'orange' : 'cyan'}
      className={answer.positive.verdict ? '' : 'calm'}
      variant="light"
      title={title}
      data-testid="verdict"
    >
      <Text size="sm">{sentence}</Text>
      {record !== null && (
        <Text size="sm" mt="xs">
          {record}
        </Text>
      )}
    </Alert>
  );
}

interface ProbabilityProps {
  label: string;
  p: number;
  mark: number | undefined;
  counts: boolean;
}

function Probability({ label, p, mark, counts }: ProbabilityProps) {
  return (
    <Paper role="listitem" bg="transparent">
      <div style={{ display: 'flex', justifyContent: 'space-between', marginBottom: 6 }}>
        <Text size="sm">
          {label} {counts && <span className="dot" title="Counts towards the verdict" />}
        </Text>
        <Text size="sm" fw={600}>
          {percent(p)}
        </Text>
      </div>
      <div className="bar">
        <div style={{ width: `${p * 100}%` }} />
        {mark !== undefined && (
          <div className="mark" style={{ left: `${mark * 100}%` }} title={`Threshold ${percent(mark)}`} />
        )}
      </div>
      {mark !== undefined && (
        <Text size="xs" c="dimmed" mt={6}>
          The line marks the threshold, {percent(mark)}.
        </Text>
      )}
    </Paper>
  );
}
