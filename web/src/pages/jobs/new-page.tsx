import '@mantine/dropzone/styles.css';
import { Alert, Breadcrumbs, Button, FileButton, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFolderOpen, IconPhotoScan } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { CopyBlock } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { HomeButton } from '../../components/home-button.tsx';
import { Go } from '../../components/link.tsx';
import { done } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead, together } from '../../components/reading.ts';
import { bytes, counted } from '../../say.ts';
import { answerers, preferred } from '../predict/answerers.ts';
import { askables, deployments } from '../predict/queries.ts';
import { type Chosen, choose, MOST_FILES, nameFor } from './chosen.ts';
import { outbox, useSending } from './outbox.ts';
import { SendingNow } from './sending-now.tsx';

export const Route = createLazyRoute('/jobs/new')({ component: NewJob });

/** Images and archives are sent, and become a job. */
function NewJob() {
  const { by } = Route.useSearch();
  const found = together(useQuery(askables()), useQuery(deployments(true)));
  const read = lastRead(found);
  if (read === undefined) return <Absent title="Score images" query={found} />;
  const [asked, deployed] = read;
  const approved = asked.filter(({ kind, status }) => kind === 'version' && status === 'approved');
  const all = answerers(deployed, approved);
  const first = all.find(({ ref }) => ref === by) ?? preferred(all, approved);
  return (
    <Page
      title="Score images"
      query={found}
      about="A folder or an archive is answered image by image, into one table"
      width="reading"
      above={
        <Breadcrumbs mb="xs">
          <Go to="/jobs" size="sm">
            Jobs
          </Go>
        </Breadcrumbs>
      }
    >
      {first === undefined ? (
        <EmptyState
          icon={<IconPhotoScan size={36} stroke={1.4} aria-hidden />}
          title="Nobody can answer yet"
          actions={<HomeButton />}
        >
          Jobs are answered by deployments and by approved versions: there are none of either.
        </EmptyState>
      ) : (
        <Form choices={all} first={first.ref} />
      )}
    </Page>
  );
}

function Form({ choices, first }: { choices: ReturnType<typeof answerers>; first: string }) {
  const router = useRouter();
  const client = useQueryClient();
  const may = useMay('predict');
  const busy = useSending();
  const [by, setBy] = useState(first);
  const [name, setName] = useState('');
  const [{ chosen, skipped }, setChosen] = useState<{ chosen: Chosen[]; skipped: number }>({ chosen: [], skipped: 0 });
  const size = chosen.reduce((sum, { file }) => sum + file.size, 0);
  const tooMany = chosen.length > MOST_FILES;
  const sending = busy !== null && busy.fault === null;
  const ready = may && chosen.length > 0 && !tooMany && !sending;
  const take = (files: readonly File[]): void => {
    if (files.length === 0) return;
    const added = choose(files);
    const next = { chosen: [...chosen, ...added.chosen], skipped: skipped + added.skipped };
    setChosen(next);
    if (name === '') setName(nameFor(next.chosen));
    outbox.forget();
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    const here = router.state.location.pathname;
    const title = name.trim() === '' ? 'Images of the page' : name.trim();
    const job = await outbox.send({ name: title, by, files: chosen }).catch(() => null);
    void client.invalidateQueries({ queryKey: ['jobs'] });
    if (job === null) return;
    if (job.skipped > 0)
      done(`${counted(job.skipped, 'file')} in archives left out: no images by their names, or hidden.`);
    if (router.state.location.pathname !== here) done(`${title} is being scored.`);
    else await router.navigate({ to: '/jobs/$job', params: { job: job.id } });
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="lg">
        <SendingNow />
        {!may && <Text c="dimmed">You may look, but not ask: that takes the role clinician.</Text>}
        <Dropzone
          onDrop={take}
          onReject={(rejected) => take(rejected.map(({ file }) => file))}
          multiple
          disabled={!may || sending}
          inputProps={{ 'aria-label': 'Images and archives to score' }}
          aria-label="Drop a folder, an archive or images here, or choose them"
          bg="var(--mantine-color-body)"
          mih={180}
          style={{ display: 'grid', placeItems: 'center' }}
        >
          <Stack align="center" gap={4}>
            <Text size="lg" fw={600} ta="center" data-testid="chosen">
              {chosen.length === 0
                ? 'Drop a folder, ZIP archives or images here'
                : `${counted(chosen.length, 'file')}, ${bytes(size)}`}
            </Text>
            <Text c="dimmed" size="sm" ta="center">
              {chosen.length === 0
                ? 'or press to choose files: ZIP, JPEG, PNG, TIFF, BMP, WebP'
                : 'Drop more, or press to choose more.'}
            </Text>
            {skipped > 0 && (
              <Text c="dimmed" size="sm" ta="center">
                {counted(skipped, 'other file')} left out: neither image nor archive.
              </Text>
            )}
          </Stack>
        </Dropzone>
        {tooMany && (
          <Alert color="orange" title={`A job takes ${MOST_FILES.toLocaleString('en')} files at most`}>
            Put them into a ZIP archive: one may hold 100,000 images.
          </Alert>
        )}
        <Group gap="xs">
          <FileButton
            onChange={take}
            multiple
            inputProps={{ webkitdirectory: '', 'aria-label': 'A folder to score' } as object}
          >
            {(props) => (
              <Button
                variant="default"
                leftSection={<IconFolderOpen size={16} aria-hidden />}
                disabled={!may || sending}
                {...props}
              >
                Choose a folder
              </Button>
            )}
          </FileButton>
          {chosen.length > 0 && (
            <Button variant="subtle" disabled={sending} onClick={() => setChosen({ chosen: [], skipped: 0 })}>
              Put them away
            </Button>
          )}
        </Group>
        <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
          <Select
            label="Who answers"
            description="A deployment's answers stand in its log, and take feedback."
            data={[
              { group: 'Deployments', items: items(choices, 'deployment') },
              { group: 'Approved versions', items: items(choices, 'version') },
            ].filter((group) => group.items.length > 0)}
            value={by}
            onChange={(ref) => ref !== null && setBy(ref)}
            allowDeselect={false}
            disabled={sending}
            miw={240}
          />
          <TextInput
            label="Name"
            description="For people. No patient's name: it stands in the list of jobs."
            placeholder="Images of the page"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            autoComplete="off"
            disabled={sending}
            miw={240}
          />
        </Group>
        <Group justify="space-between">
          <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
            Images are kept on this server, encrypted, until the job has ended; names of files stay with the answers.
            Single images go first, so a job takes its time.
          </Text>
          <Button type="submit" disabled={!ready} loading={sending}>
            Score {chosen.length === 0 ? 'images' : counted(chosen.length, 'file')}
          </Button>
        </Group>
        <Paper withBorder p="md">
          <Text size="sm" fw={600} mb={6}>
            A folder that lies on the server
          </Text>
          <Text size="sm" c="dimmed" mb="xs">
            is read where it is, by whoever may use a terminal there. It shows in the list of jobs all the same.
          </Text>
          <CopyBlock what="the command" text={commandOf(by)} />
        </Paper>
      </Stack>
    </form>
  );
}

const items = (choices: ReturnType<typeof answerers>, kind: string) =>
  choices.filter((one) => one.kind === kind).map(({ ref, label }) => ({ value: ref, label }));

function commandOf(by: string): string {
  const who = by.slice(by.indexOf(':') + 1);
  return `osler score FOLDER ${by.startsWith('version:') ? `--bundle models:/${who.replace('@', '/')}` : `--deployment ${who}`} --out answers.csv`;
}
