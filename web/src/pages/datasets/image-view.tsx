import { ActionIcon, Button, Group, Modal, Select, Stack, Table, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { useDecisions } from './decisions.tsx';
import { type Ref, type Sample, sample, type Version } from './queries.ts';
import { SplitBadge } from './split-badge.tsx';
import { Thumb } from './thumb.tsx';
import { excludedWords } from './words.ts';

interface Props {
  of: Ref;
  opened: Version;
  number: number | undefined;
  /** Its place among the images that are looked through; absent: among all. */
  at?: { index: number; total: number } | undefined;
  onStep?: (by: number) => void;
  onClose: () => void;
  onGroup?: (group: string) => void;
  onCluster?: (cluster: string) => void;
}

/** One image at large, with all that is known of it, and what may be decided about it. */
export function ImageView({ of, opened, number, at, onStep, onClose, onGroup, onCluster }: Props) {
  const { index, total } = at ?? { index: (number ?? 1) - 1, total: opened.images };
  const step = (by: number): void => {
    if (number !== undefined && index + by >= 0 && index + by < total) onStep?.(by);
  };
  useHotkeys(
    [
      ['ArrowLeft', () => step(-1)],
      ['ArrowRight', () => step(1)],
    ],
    ['INPUT', 'TEXTAREA', 'SELECT'],
  );
  return (
    <Modal
      opened={number !== undefined}
      onClose={onClose}
      size="xl"
      title={
        <Group gap="xs" component="span">
          Image {number}
          {onStep !== undefined && (
            <>
              <Step label="The image before" disabled={index === 0} onClick={() => step(-1)} icon={IconChevronLeft} />
              <Text span size="sm" c="dimmed">
                {index + 1} of {total}
              </Text>
              <Step
                label="The next image"
                disabled={index + 1 === total}
                onClick={() => step(1)}
                icon={IconChevronRight}
              />
            </>
          )}
        </Group>
      }
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {number !== undefined && (
        <Shown of={of} opened={opened} number={number} onGroup={onGroup} onCluster={onCluster} />
      )}
    </Modal>
  );
}

interface StepProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  icon: typeof IconChevronLeft;
}

function Step({ label, disabled, onClick, icon: Icon }: StepProps) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}

interface ShownProps {
  of: Ref;
  opened: Version;
  number: number;
  onGroup: ((group: string) => void) | undefined;
  onCluster: ((cluster: string) => void) | undefined;
}

function Shown({ of, opened, number, onGroup, onCluster }: ShownProps) {
  const read = useQuery(sample(of, number));
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  const one = read.data;
  return (
    <div className="image-view">
      <Thumb key={number} of={of} number={number} side={1280} alt={`Image ${number}`} className="image-large" />
      {one !== undefined && (
        <Stack gap="sm">
          <Group gap="xs">
            <Text fw={600}>{one.label}</Text>
            <SplitBadge sample={one} />
          </Group>
          {one.excluded !== null && (
            <Text size="sm" c="dimmed">
              Left out: {excludedWords(one.excluded)}.
            </Text>
          )}
          <Decide opened={opened} one={one} />
          <Table fz="xs" layout="fixed">
            <Table.Tbody>
              <Fact name="file">{one.id}</Fact>
              <Fact name="size">
                {one.width} x {one.height} pixels
              </Fact>
              {one.group !== null && (
                <Fact name="patient or lesion">
                  {one.group}{' '}
                  {onGroup !== undefined && (
                    <Button size="compact-sm" variant="subtle" onClick={() => onGroup(one.group!)}>
                      all its images
                    </Button>
                  )}
                </Fact>
              )}
              {one.cluster !== null && (
                <Fact name="copies">
                  moves with its copies{' '}
                  {onCluster !== undefined && (
                    <Button size="compact-sm" variant="subtle" onClick={() => onCluster(one.cluster!)}>
                      show them
                    </Button>
                  )}
                </Fact>
              )}
              {Object.entries(one.meta).map(([name, value]) => (
                <Fact key={name} name={name}>
                  {value === null ? 'not said' : String(value)}
                </Fact>
              ))}
            </Table.Tbody>
          </Table>
        </Stack>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w="36%" style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}

/** Another label, or out of all splits: it is gathered, and written as the next version when that is said. */
function Decide({ opened, one }: { opened: Version; one: Sample }) {
  const { all, decide } = useDecisions();
  const may = useMay('write');
  const decision = all.get(one.number);
  const out = decision?.out ?? one.excluded !== null;
  const label = decision?.label ?? one.label;
  if (!may) return null;
  const take = (change: { label?: string; out?: boolean }): void => {
    const next = { label, out, ...change };
    decide([{ sample: one, out: next.out, ...(next.label === one.label ? {} : { label: next.label }) }]);
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Select
        size="xs"
        label="It is"
        data={opened.classes}
        value={label}
        allowDeselect={false}
        searchable={opened.classes.length > 8}
        onChange={(chosen) => chosen !== null && take({ label: chosen })}
        flex={1}
      />
      <Button size="xs" variant="default" onClick={() => take({ out: !out })}>
        {out ? 'Bring back' : 'Leave out'}
      </Button>
    </Group>
  );
}
