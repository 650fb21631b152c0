import { metricName, within } from '../../metric-words.ts';
import './home.css';
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Place } from '../../components/place.tsx';
import { Section } from '../../components/section.tsx';
import { When } from '../../components/when.tsx';
import { figures } from '../../say.ts';
import type { Job } from '../jobs/queries.ts';
import { progressWords } from '../jobs/words.ts';
import { type RunningRun, useOpenJobs, useRunning } from './data.ts';

/** Trainings and scoring jobs under way, each with how far it is. */
export function RunningNow() {
  const { data, error, refetch } = useRunning();
  const jobs = useOpenJobs();
  const running = data?.running ?? [];
  const all = running.length + jobs.length;
  return (
    <Section title="Running" count={all === 0 ? undefined : String(all)}>
      {data === undefined && error === null && <Skeleton height={56} />}
      {data === undefined && error !== null && <FaultPanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && all === 0 && (
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
        {jobs.map((job) => (
          <li key={job.id}>
            <Place to={`/jobs/${job.id}`} className="home-item">
              <div className="home-item-words">
                <Scoring job={job} />
              </div>
            </Place>
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function Scoring({ job }: { job: Job }) {
  const { name, model, who, total, done, createdAt } = job;
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} className="clip">
          {name}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          images scored
        </Text>
      </Group>
      <Progress value={total === 0 ? 0 : (100 * done) / total} size="sm" aria-label={`Images of ${name}`} />
      <Text size="xs" c="dimmed" className="clip">
        {progressWords(job)} · by {model} · {who} · begun <When at={createdAt} />
      </Text>
    </Stack>
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
        {best !== null && ` · best ${within(metricName(best.metric))} ${figures(best.value)}, in epoch ${best.epoch}`}
      </Text>
    </Stack>
  );
}
