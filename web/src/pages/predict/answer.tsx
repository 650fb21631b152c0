import { Alert, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { IconFlag, IconHelp, IconHelpHexagon, IconShieldCheck } from '@tabler/icons-react';
import { percent } from '../../say.ts';
import type { Answer, ModelInfo } from './queries.ts';
import { classWords, type Said, say, setWords, type Tone } from './words.ts';

const LOOKS: Record<Tone, { color: string; icon: typeof IconFlag; calm: boolean }> = {
  doubt: { color: 'orange', icon: IconHelpHexagon, calm: false },
  flag: { color: 'orange', icon: IconFlag, calm: false },
  clear: { color: 'teal', icon: IconShieldCheck, calm: true },
  open: { color: 'gray', icon: IconHelp, calm: true },
};

interface Props {
  answer: Answer;
  info: ModelInfo | undefined;
  /** Two stand side by side: fewer words. */
  dense?: boolean;
}

/** What was decided and how far it can be relied on, before any number. */
export function AnswerPanel({ answer, info, dense = false }: Props) {
  const said = say(answer, info);
  return (
    <Stack gap="md" aria-live="polite">
      <Verdict said={said} dense={dense} />
      <div>
        <Text size="sm" c="dimmed">
          {!isBinary(answer) ? classWords(info) : said.tone === 'doubt' ? 'By the threshold alone' : 'Decision'}
        </Text>
        <Title order={dense ? 3 : 2} size="h2" data-testid="label">
          {answer.label}
        </Title>
      </div>
      <Probabilities answer={answer} doubted={answer.outOfDistribution?.verdict === true} />
      {!dense && <PlausibleSet answer={answer} info={info} />}
    </Stack>
  );
}

/** Two side by side have no room for the icon: what it marks stands in the title. */
function Verdict({ said: { tone, title, sentences }, dense }: { said: Said; dense: boolean }) {
  const { color, icon: Icon, calm } = LOOKS[tone];
  return (
    <Alert
      color={color}
      className={calm ? 'calm' : ''}
      variant="light"
      title={title}
      icon={dense ? undefined : <Icon stroke={1.6} aria-hidden />}
      data-testid="verdict"
      data-tone={tone}
    >
      <Stack gap={6}>
        {sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}

const isBinary = ({ positive, probabilities }: Answer): boolean =>
  positive !== undefined && Object.keys(probabilities).length === 2;

/** Bars with the threshold that they are held against: a number alone decides nothing. */
function Probabilities({ answer, doubted }: { answer: Answer; doubted: boolean }) {
  const { positive } = answer;
  const ranked = Object.entries(answer.probabilities).sort((a, b) => b[1] - a[1]);
  const several = positive !== undefined && positive.labels.length > 1;
  const markOf = (label: string): number | undefined =>
    positive !== undefined && positive.labels.length === 1 && positive.labels[0] === label
      ? positive.threshold
      : undefined;
  return (
    <div data-doubted={doubted || undefined} className="probabilities">
      {several && (
        <div className="probability">
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" fw={600}>
              Together: {positive.labels.join(', ')}
            </Text>
            <Text size="sm" fw={600}>
              {percent(positive.probability)}
            </Text>
          </Group>
          <Bar p={positive.probability} mark={positive.threshold} />
          <Text size="xs" c="dimmed">
            The line marks the threshold, {percent(positive.threshold)}.
          </Text>
        </div>
      )}
      <ul className="plain-list">
        {ranked.map(([label, p]) => {
          const mark = markOf(label);
          return (
            <li key={label} className="probability">
              <Group justify="space-between" gap="xs" wrap="nowrap">
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {label}{' '}
                  {several && positive.labels.includes(label) && (
                    <Text span size="xs" c="dimmed">
                      counts towards the verdict
                    </Text>
                  )}
                </Text>
                <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
                  {percent(p)}
                </Text>
              </Group>
              <Bar p={p} mark={mark} />
              {mark !== undefined && (
                <Text size="xs" c="dimmed">
                  The line marks the threshold, {percent(mark)}.
                </Text>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Bar({ p, mark }: { p: number; mark: number | undefined }) {
  return (
    <div className="bar" aria-hidden>
      <div style={{ width: `${p * 100}%` }} />
      {mark !== undefined && <div className="mark" style={{ left: `${mark * 100}%` }} />}
    </div>
  );
}

/** The conformal set: which classes can't be ruled out. Nothing is promised for an image of another kind. */
function PlausibleSet({ answer, info }: { answer: Answer; info: ModelInfo | undefined }) {
  const { set } = answer;
  if (set === undefined || answer.outOfDistribution?.verdict === true) return null;
  const { title, sentence } = setWords(set, info?.conformal?.always ?? []);
  return (
    <div data-testid="set">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {set.labels.length > 0 && (
        <Group gap={6} mt={6}>
          {set.labels.map((label) => (
            <Badge key={label} size="lg">
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
