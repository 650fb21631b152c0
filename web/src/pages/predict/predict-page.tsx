import './predict.css';
import { Button, FileButton, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { IconPhotoScan, IconPlus, IconPrinter, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useAbout, useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { HomeButton } from '../../components/home-button.tsx';
import { Go } from '../../components/link.tsx';
import { done, failed } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead, type Reading, together } from '../../components/reading.ts';
import { counted } from '../../say.ts';
import { AboutModel } from './about-model.tsx';
import { type Answerer, answerers, preferred } from './answerers.ts';
import { Drop, DropAnywhere } from './drop.tsx';
import { usePrint } from './print.tsx';
import { askables, deployments, info } from './queries.ts';
import { Result } from './result.tsx';
import { Strip } from './strip.tsx';
import { MOST_SHOTS, tray, useShots } from './tray.ts';
import { WhoAnswers } from './who-answers.tsx';

export const Route = createLazyRoute('/predict')({ component: Predict });

/** Of a server that only predicts. */
const NO_DEPLOYMENTS = { data: [], error: null, refetch: () => undefined };

function Predict() {
  const { by, against } = Route.useSearch();
  const rooms = useAbout().data?.rooms;
  const hasDeployments = rooms?.includes('deployments') ?? false;
  const asked = useQuery(askables());
  const deployed = useQuery(deployments(hasDeployments));
  const found = together(asked, hasDeployments ? deployed : NO_DEPLOYMENTS);
  const read = lastRead(found);
  if (rooms === undefined || read === undefined) return <Absent title="Predict" query={found} />;
  const [models, live] = read;
  const all = answerers(live, models);
  const first = all.find(({ ref }) => ref === by) ?? preferred(all, models);
  if (first === undefined) return <NoModel />;
  const second = all.find(({ ref }) => ref === against && ref !== first.ref);
  return <Asking all={all} first={first} second={second} query={found} />;
}

function NoModel() {
  return (
    <Page title="Predict" width="reading">
      <EmptyState
        icon={<IconPhotoScan size={36} stroke={1.4} aria-hidden />}
        title="There is no model to ask yet"
        command="osler demo"
        actions={<HomeButton />}
      >
        A trained model is packed into a bundle, registered under Models and put live under Deployments. The demo trains
        one on drawn images: five minutes on two cores.
      </EmptyState>
    </Page>
  );
}

interface AskingProps {
  all: readonly Answerer[];
  first: Answerer;
  second: Answerer | undefined;
  query: Reading;
}

function Asking({ all, first, second, query }: AskingProps) {
  const navigate = Route.useNavigate();
  const shots = useShots();
  const may = useMay('predict');
  const [shown, setShown] = useState<number>();
  const [opacity, setOpacity] = useState(60);
  const [key, setKey] = useState('');
  const known = useQuery(info(first.of)).data?.info;
  const shot = shots.find(({ id }) => id === shown) ?? shots[0];
  const refs = second === undefined ? [first.ref] : [first.ref, second.ref];
  const labels = new Map(all.map(({ ref, label }) => [ref, label]));
  const asking = refs.join('\n');
  const { print, sheets } = usePrint(refs);

  // Whoever is chosen now answers for what lies here already.
  useEffect(() => {
    if (may) tray.ask(asking.split('\n'), key.trim());
  }, [asking, may, shots.length]);

  const take = useCallback((files: File[]) => {
    if (files.length === 0) return;
    const { taken, first: added } = tray.add(files);
    if (added !== null) setShown(added);
    if (taken < files.length)
      failed(
        new Error(
          `${files.length - taken} images were left away: at most ${MOST_SHOTS} lie here at once. A job takes more.`,
        ),
      );
  }, []);
  useStay();

  const waiting = shots.some(({ told }) => !['answered', 'failed'].includes(told[first.ref]?.state ?? ''));
  const answered = shots.filter(({ told }) => told[first.ref]?.state === 'answered').length;
  const choose = (
    <WhoAnswers
      all={all}
      by={first.ref}
      against={second?.ref}
      onBy={(ref) => void navigate({ search: (before) => ({ ...before, by: ref }), replace: true })}
      onAgainst={(ref) =>
        void navigate({
          search: ({ against: _, ...before }) => (ref === undefined ? before : { ...before, against: ref }),
          replace: true,
        })
      }
    />
  );
  if (shot === undefined) {
    return (
      <Page
        title="Predict"
        query={query}
        about="Answers for images, with how far they can be relied on"
        actions={choose}
        width="reading"
      >
        <Stack gap="lg">
          {!may && <Text c="dimmed">You may look, but not ask: that takes the role clinician.</Text>}
          <Drop onFiles={take} disabled={!may} />
          <ManyImages by={first} />
          {first.kind === 'deployment' && (
            <TextInput
              label="Patient or session, for A/B tests"
              description="The same word is always answered by the same version. Only its hash is kept; leave it empty, and each image stands for itself."
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              maw={480}
              autoComplete="off"
            />
          )}
          {known !== undefined && <AboutModel answerer={first} info={known} />}
        </Stack>
      </Page>
    );
  }
  const result = <Result shot={shot} refs={refs} labels={labels} opacity={opacity} onOpacity={setOpacity} />;
  return (
    <Page
      title="Predict"
      query={query}
      about={
        answered === shots.length
          ? counted(shots.length, 'image')
          : `${answered} of ${counted(shots.length, 'image')} answered`
      }
      actions={choose}
    >
      <DropAnywhere onFiles={take} disabled={!may} />
      <Group mb="md" gap="xs" className="no-print">
        <FileButton onChange={take} accept="image/*,.tif,.tiff,.bmp" multiple>
          {(props) => (
            <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} disabled={!may} {...props}>
              More images
            </Button>
          )}
        </FileButton>
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} disabled={answered === 0}>
              Print
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => print([shot])} disabled={shot.told[first.ref]?.state !== 'answered'}>
              This result
            </Menu.Item>
            <Menu.Item onClick={() => print(shots)}>All {answered} results, one a page</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => {
            const bringBack = tray.clear();
            setShown(undefined);
            done(`${counted(shots.length, 'image')} put away.`, async () => bringBack());
          }}
        >
          {waiting ? 'Stop, and put all away' : 'Put all away'}
        </Button>
      </Group>
      {shots.length === 1 ? (
        result
      ) : (
        <div className="predict-columns" data-two={second !== undefined || undefined}>
          <Strip shots={shots} shown={shot.id} by={first.ref} info={known} onShow={setShown} />
          {result}
        </div>
      )}
      {sheets}
    </Page>
  );
}

/** Where this server has jobs: the way to them. */
function ManyImages({ by }: { by: Answerer }) {
  const has = useAbout().data?.rooms.includes('jobs') ?? false;
  if (!has) return null;
  return (
    <Text size="sm" c="dimmed">
      A folder, a ZIP archive, or thousands of images?{' '}
      <Go to="/jobs/new" search={by.kind === 'bundle' ? {} : { by: by.ref }} size="sm" underline="always">
        Score them as a job
      </Go>
      : it goes on when the page is closed, and gives one table of all answers.
    </Text>
  );
}

/** An image dropped beside the frame would otherwise replace the page. */
function useStay(): void {
  useEffect(() => {
    const stay = (event: DragEvent): void => event.preventDefault();
    window.addEventListener('dragover', stay);
    window.addEventListener('drop', stay);
    return () => {
      window.removeEventListener('dragover', stay);
      window.removeEventListener('drop', stay);
    };
  }, []);
}
