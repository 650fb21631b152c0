import { Button, Group, Input, MultiSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { CameToNothing, useWhenEnded } from '../../components/begun.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { done } from '../../components/notify.tsx';
import { type Decision, DecisionField } from './decision-field.tsx';
import { isOpen, type RunDetail, workOfRunQuery } from './queries.ts';
import { TrainingProgress } from './running-now.tsx';

const SPLITS = ['test', 'val'] as const;
type Split = (typeof SPLITS)[number];

interface Props {
  run: RunDetail;
  /** Splits that it was measured on. */
  measured: readonly string[];
  /** Classes that it was measured with as positive; absent where it was not. */
  positive?: readonly string[] | undefined;
}

/** Measures the run from here: how far that is, what came of it, and that test has been looked at. */
export function RunMeasure({ run, measured, positive: before }: Props) {
  const client = useQueryClient();
  const may = useMay('write');
  const [split, setSplit] = useState<Split>('test');
  const [rule, setRule] = useState('');
  const splitLabel = useId();
  const preset = decisionOf(run);
  const [decision, setDecision] = useState(preset);
  const classes = run.record?.labels ?? [];
  // Of two classes the threshold decides, and nothing is asked.
  const several = classes.length > 2;
  const [positive, setPositive] = useState<readonly string[]>(before ?? run.record?.positive ?? []);
  const { data: begun } = useQuery(workOfRunQuery(run.id));
  const own = begun?.filter(({ kind }) => kind === 'evaluate') ?? [];
  const open = own.filter(isOpen);
  // Of more than two classes there is one only where some of them are positive.
  const hasThreshold = !several || positive.length > 0;
  const measure = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/runs/{run}/evaluate', {
          params: { path: { run: run.id } },
          body: {
            split,
            ...(!hasThreshold || rule.trim() === '' ? {} : { rule: rule.trim() }),
            // What the form shows, also where that is none: the recipe may name some.
            ...(several ? { positive: [...positive] } : {}),
            decision,
          },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['running'] }),
  });
  useWhenEnded(own, (ended) => {
    void client.invalidateQueries({ queryKey: ['run', run.id] });
    if (ended.state === 'finished') done(`"${run.name}" is measured on ${ended.split}.`);
  });
  const again = measured.includes(split);
  return (
    <Stack gap="sm">
      <Group gap="lg" align="flex-start">
        <Input.Wrapper label="Measured on" labelElement="div" labelProps={{ id: splitLabel }}>
          <SegmentedControl
            display="flex"
            aria-labelledby={splitLabel}
            data={SPLITS.map((one) => ({ value: one, label: one }))}
            value={split}
            onChange={(next) => setSplit(next as Split)}
          />
        </Input.Wrapper>
        {hasThreshold && (
          <TextInput
            label="Rule for the threshold"
            placeholder="youden"
            w={190}
            value={rule}
            onChange={(event) => setRule(event.currentTarget.value)}
            title="youden, sensitivity=0.95, specificity=0.9, cost=10:1@0.02 or threshold=0.5; chosen on validation"
          />
        )}
      </Group>
      {several && (
        <>
          <MultiSelect
            label="Positive classes"
            description="Those that should raise an alarm: with them there is a threshold, sensitivity and specificity."
            placeholder={positive.length === 0 ? 'none' : ''}
            maw={720}
            data={[...classes]}
            value={[...positive]}
            onChange={setPositive}
            maxValues={classes.length - 1}
            clearable
          />
          <DecisionField value={decision} onChange={setDecision} preset={preset} />
        </>
      )}
      <Group gap="md">
        <Button
          variant={measured.length === 0 ? 'filled' : 'default'}
          disabled={!may || open.some((one) => one.split === split)}
          loading={measure.isPending}
          onClick={() => measure.mutate()}
        >
          {again ? `Measure on ${split} again` : `Measure on ${split}`}
        </Button>
        <Text size="sm" c="dimmed" flex="1 1 260px" maw={600}>
          {words(split, again)}
        </Text>
      </Group>
      {measure.error !== null && <FaultPanel error={measure.error} title="It was not begun." />}
      {open.map((one) => (
        <div key={one.id} className="chart-card">
          <TrainingProgress training={one} />
        </div>
      ))}
      {open.length === 0 && own[0] !== undefined && own[0].state !== 'finished' && (
        <CameToNothing training={own[0]} what={`Measuring on ${own[0].split}`} />
      )}
    </Stack>
  );
}

function words(split: Split, again: boolean): string {
  if (split === 'val')
    return 'Validation chose the epoch and fits the threshold: what is measured on it flatters. For looking on the way, not for reporting.';
  return again
    ? 'The test split was measured before. A threshold or a model that is chosen by a look at test is no longer measured by it.'
    : 'The test split is for once: a model or a threshold that is chosen by a look at it is no longer measured by it.';
}

/** As the run's recipe has it; recipes from before there was a choice say nothing of it. */
function decisionOf({ record }: RunDetail): Decision {
  const evaluation = record?.config.evaluation as { decision?: Decision } | undefined;
  return evaluation?.decision ?? 'likeliest';
}
