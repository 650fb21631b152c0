import './home.css';
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Place } from '../../components/place.tsx';
import { Section } from '../../components/section.tsx';
import { When } from '../../components/when.tsx';
import { figures } from '../../say.ts';
import { type RunningRun, useRunning } from './data.ts';

/** Trainings under way, each with how far it is. */
export function RunningNow() {
  const { data, error, refetch } = useRunning();
  const running = data?.running ?? [];
  return (
    <Section title="Running" count={running.length === 0 ? undefined : String(running.length)}>
      {data === undefined && error === null && <Skeleton height={56} />}
      {data === undefined && error !== null && <FaultPanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && running.length === 0 && (
        <Text size="sm" c="dimmed">
          No training is under way. One is begun under{' '}
          <Place to="/runs" className="home-link">
            Experiments
          </Place>
          , or by <span className="mono">osler train</span>.
        </Text>
      )}
      <Stack gap={0} component="ul" className="home-list">
        {running.map((run) => (
          <li key={run.id}>
            <Place to={`/runs/${run.id}`} className="home-item">
              <div className="home-item-words">
                <Run run={run} />
              </div>
            </Place>
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function Run({ run }: { run: RunningRun }) {
  const { name, model, dataset, epoch, epochs, best, startedAt, heardAt, user } = run;
  const what = [model, dataset].filter((one) => one !== null).join(' on ');
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} className="clip">
          {name}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {epochs === null ? (
            heardAt === null ? (
              'nothing said yet'
            ) : (
              <>
                heard <When at={heardAt} />
              </>
            )
          ) : (
            `epoch ${epoch ?? 0} of ${epochs}`
          )}
        </Text>
      </Group>
      {epochs !== null && <Progress value={(100 * (epoch ?? 0)) / epochs} size="sm" aria-label={`Epochs of ${name}`} />}
      <Text size="xs" c="dimmed" className="clip">
        {what === '' ? 'logged by another program' : what}
        {user !== '' && ` · ${user}`} · begun <When at={startedAt} />
        {best !== null && ` · best ${best.metric} ${figures(best.value)} in epoch ${best.epoch}`}
      </Text>
    </Stack>
  );
}
