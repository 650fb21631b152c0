import { Breadcrumbs, Group, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { Absent } from '../../components/absent.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Page } from '../../components/page.tsx';
import { isAbsent, lastRead } from '../../components/reading.ts';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { DecisionPart } from './decision-part.tsx';
import { DifferencesPart } from './differences-part.tsx';
import { EventList } from './event-list.tsx';
import { FiguresPart } from './figures-part.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import './models.css';
import { Go } from '../../components/link.tsx';
import { VERSION_PARTS, type VersionPart } from './parts.ts';
import { type VersionDetail, versionLineage, version as versionQuery } from './queries.ts';
import { Aliases, Overridden, VersionStatus } from './status.tsx';
import { versionName } from './words.ts';

const route = getRouteApi('/models/$name/$version');
// Reading Markdown is a library of its own.
const CardPart = lazy(() => import('./card-part.tsx').then(({ CardPart: component }) => ({ default: component })));

const LABELS: Record<VersionPart, string> = {
  decision: 'Decision',
  figures: 'Figures',
  card: 'Model card',
  lineage: 'Lineage',
  differences: 'Differences',
  trail: 'Audit trail',
};

/** One registered version: what it is, what it is approved on, and what may be decided. */
export function VersionPage() {
  const { name, version: number } = route.useParams();
  const { part = 'decision' } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery(versionQuery({ name, version: Number(number) }));
  const title = `${name}@${number}`;
  const version = lastRead(found);
  if (version === undefined) return <Absent title={title} query={found} />;
  return (
    <Page
      title={title}
      query={found}
      above={<Above name={name} />}
      heading={
        <Group gap="sm">
          {title}
          <VersionStatus status={version.status} />
          <Aliases names={version.aliases} />
          <Stamps of={version.record.bundle} />
          {version.decisions.some(({ override }) => override !== null) && <Overridden />}
        </Group>
      }
      about={<About version={version} />}
    >
      <Tabs
        value={part}
        keepMounted={false}
        onChange={(value) => {
          const next = value === 'decision' ? undefined : (value as VersionPart);
          void navigate({ search: next === undefined ? {} : { part: next } });
        }}
      >
        <Tabs.List mb="lg">
          {VERSION_PARTS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {LABELS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Part of="decision">
          <DecisionPart version={version} />
        </Part>
        <Part of="figures">
          <FiguresPart version={version} />
        </Part>
        <Part of="card">
          <CardPart version={version} />
        </Part>
        <Part of="lineage">
          <LineagePart version={version} />
        </Part>
        <Part of="differences">
          <DifferencesPart version={version} />
        </Part>
        <Part of="trail">
          <EventList search={{ subject: versionName(version) }} />
        </Part>
      </Tabs>
    </Page>
  );
}

function Part({ of, children }: { of: VersionPart; children: ReactNode }) {
  return (
    <Tabs.Panel value={of}>
      <Suspense fallback={<Text c="dimmed">Loading…</Text>}>{children}</Suspense>
    </Tabs.Panel>
  );
}

function Above({ name }: { name: string }) {
  return (
    <Breadcrumbs mb="xs">
      <Go to="/models" size="sm">
        Models
      </Go>
      <Go to="/models/$name" params={{ name }} size="sm">
        {name}
      </Go>
    </Breadcrumbs>
  );
}

function About({ version: { record, createdAt, description } }: { version: VersionDetail }) {
  const { bundle, registeredBy, lineage } = record;
  return (
    <>
      {description !== null && <Text size="sm">{description}</Text>}
      <Group gap={14}>
        <span>
          {bundle?.network ?? 'Registered by another program'}
          {lineage.dataset !== null && ` on ${lineage.dataset.name}@${lineage.dataset.version}`}
        </span>
        <span>
          registered <When at={createdAt} /> by {registeredBy}
        </span>
        {bundle !== null && (
          <span>
            bundle <Copyable text={bundle.digest} shown={bundle.digest.slice(0, 12)} what="the bundle's digest" />
          </span>
        )}
      </Group>
    </>
  );
}

function LineagePart({ version }: { version: VersionDetail }) {
  const found = useQuery(versionLineage({ name: version.model, version: version.version }));
  if (isAbsent(found)) return <FaultPanel error={found.error} />;
  if (found.data === undefined) return <Text c="dimmed">Loading…</Text>;
  return <LineageGraph lineage={found.data} own={`version:${versionName(version)}`} />;
}
