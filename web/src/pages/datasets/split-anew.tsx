import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { NumberField } from '../../components/number-field.tsx';
import type { Ref, Task, Version } from './queries.ts';

interface Props {
  of: Ref;
  opened: Version;
  next: number;
  shown: boolean;
  onClose: () => void;
  onBegun: (task: Task) => void;
}

/** Makes the next version with another split: by shares, or one fold of several. */
export function SplitAnew(props: Props) {
  return (
    <Modal opened={props.shown} onClose={props.onClose} title={`Split ${props.of.name} anew`}>
      {props.shown && <Form {...props} />}
    </Modal>
  );
}

function Form({ of, opened, next, onClose, onBegun }: Props) {
  const { fractions } = opened.split;
  const [way, setWay] = useState<'shares' | 'fold'>('shares');
  const [val, setVal] = useState(Math.round(fractions.val * 100));
  const [test, setTest] = useState(Math.round(fractions.test * 100));
  const [folds, setFolds] = useState(5);
  const [fold, setFold] = useState(1);
  const [seed, setSeed] = useState(opened.split.seed);
  const may = useMay('write');
  const train = 100 - val - test;
  const ready = may && (way === 'fold' ? fold >= 1 && fold <= folds : train > 0 && val >= 0 && test >= 0);
  const splitting = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/datasets/{name}/versions/{version}/split', {
          params: { path: of },
          body:
            way === 'fold'
              ? { seed, fold: { folds, fold: fold - 1 } }
              : { seed, fractions: { train: train / 100, val: val / 100, test: test / 100 } },
        }),
      ),
    onSuccess: (task) => {
      onClose();
      onBegun(task);
    },
  });
  const number = (
    label: string,
    value: number,
    set: (value: number) => void,
    min: number,
    max: number,
    suffix = '',
  ) => (
    <NumberField
      label={label}
      value={value}
      onChange={(v) => set(Number(v))}
      min={min}
      max={max}
      suffix={suffix}
      allowDecimal={false}
    />
  );
  return (
    <Stack>
      <Text size="sm">
        Version {next} is made from the same images; version {of.version} stays as it is. Groups and copies always stay
        together, and classes are in all splits as far as that goes.
      </Text>
      <SegmentedControl
        aria-label="How to split"
        value={way}
        onChange={(value) => setWay(value as 'shares' | 'fold')}
        data={[
          { value: 'shares', label: 'By shares' },
          { value: 'fold', label: 'One fold of several' },
        ]}
      />
      {way === 'shares' ? (
        <Group grow align="flex-start">
          <NumberField label="train" value={train} readOnly suffix="%" description="what is left" />
          {number('val', val, setVal, 0, 98, '%')}
          {number('test', test, setTest, 0, 98, '%')}
        </Group>
      ) : (
        <>
          <Group grow>
            {number('Folds', folds, setFolds, 2, 100)}
            {number('Fold that is val', fold, setFold, 1, folds)}
          </Group>
          <Text size="xs" c="dimmed">
            The other folds are train; test stays as it is.
          </Text>
        </>
      )}
      {number('Seed', seed, setSeed, 0, 2_147_483_647)}
      {!may && <Text size="sm">That takes the role engineer.</Text>}
      {splitting.error !== null && <FaultPanel error={splitting.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={!ready} loading={splitting.isPending} onClick={() => splitting.mutate()}>
          Make version {next}
        </Button>
      </Group>
    </Stack>
  );
}
