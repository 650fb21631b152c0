import './home.css';
import { Alert, Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconPlayerPlay } from '@tabler/icons-react';
import { useMay } from '../../app/session.ts';
import { LongAction } from '../../components/long-action.tsx';
import { Place } from '../../components/place.tsx';
import { Section } from '../../components/section.tsx';
import { type Demo, type Home, useDemo } from './data.ts';

const STEPS = [
  { label: 'Images', what: 'a dataset, audited', to: '/datasets' },
  { label: 'Training', what: 'a run, measured', to: '/runs' },
  { label: 'Decision', what: 'a version, approved', to: '/models' },
  { label: 'Live', what: 'a deployment that answers', to: '/deployments' },
] as const;

/** While nothing is live yet: the way there, and the demo, which goes most of it in one click. */
export function FirstSteps({ counts, demo }: { counts: Home['counts']; demo: Demo | null }) {
  const done = [counts.datasets > 0, counts.runs > 0, counts.models > 0, counts.deployments > 0];
  return (
    <Section title="First steps">
      <Stack gap="lg">
        <ol className="home-steps">
          {STEPS.map(({ label, what, to }, index) => (
            <li key={label} data-done={done[index] || undefined}>
              <span className="home-step" aria-hidden>
                {done[index] ? <IconCheck size={16} /> : index + 1}
              </span>
              <span>
                <Text size="sm" fw={600} span display="block">
                  {label}
                  {done[index] && <VisuallyHidden>, done</VisuallyHidden>}
                </Text>
                <Place to={to} className="home-link">
                  {what}
                </Place>
              </span>
            </li>
          ))}
        </ol>
        <DemoPanel demo={demo} isEmpty={counts.runs === 0 && counts.datasets === 0} />
      </Stack>
    </Section>
  );
}

function DemoPanel({ demo, isEmpty }: { demo: Demo | null; isEmpty: boolean }) {
  const { begin, stop } = useDemo();
  const may = useMay('write');
  if (demo !== null && demo.endedAt === null) {
    const { progress } = demo;
    return (
      <LongAction
        title={progress?.task ?? 'The demo begins'}
        part={progress?.total === undefined || progress.total === 0 ? null : progress.done / progress.total}
        note={progress?.note ?? 'It goes on when this page is closed.'}
        onCancel={may ? () => stop.mutate(demo.id) : undefined}
        cancelling={stop.isPending}
      />
    );
  }
  const failed = demo?.state === 'failed' ? demo.error : null;
  return (
    <Stack gap="sm">
      {failed !== null && (
        <Alert color="red" role="alert" title={`The demo failed: ${failed.message}`}>
          {failed.hint}
        </Alert>
      )}
      {demo?.state === 'finished' ? (
        <Text size="sm">
          The demo is done: its version waits for a decision. Approve it, deploy it, and give it an image from the
          dataset.
        </Text>
      ) : (
        <Group gap="md">
          <Button
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            variant={isEmpty ? 'filled' : 'default'}
            onClick={() => begin.mutate()}
            loading={begin.isPending}
            disabled={!may}
          >
            {demo === null ? 'Run the demo' : 'Run the demo again'}
          </Button>
          <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
            {may
              ? 'Draws skin lesions, trains a network on them, measures it, packs it and registers it: some minutes on this machine. Nothing of it is fit for clinical use.'
              : 'Whoever may begin trainings can run the demo; you may look.'}
          </Text>
        </Group>
      )}
    </Stack>
  );
}
