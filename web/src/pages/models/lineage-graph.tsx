import { Anchor, Drawer, Group, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { Go } from '../../components/link.tsx';
import { Stamps } from '../../components/stamp.tsx';
import { Facts } from './facts.tsx';
import { BOX, layout } from './lineage-layout.ts';
import type { Lineage } from './queries.ts';

type Node = Lineage['nodes'][number];

const KINDS: Record<Node['kind'], string> = {
  dataset: 'Dataset',
  weights: 'Weights',
  run: 'Run',
  version: 'Version',
  deployment: 'Deployment',
};

/** Where versions come from and where they answer. @param own the one that the page is about. */
export function LineageGraph({ lineage, own }: { lineage: Lineage; own?: string | undefined }) {
  const { width, height, nodes, edges } = useMemo(() => layout(lineage), [lineage]);
  const [chosen, setChosen] = useState<string>();
  const [near, setNear] = useState<string>();
  if (lineage.nodes.length === 0) return <EmptyState title="No version yet" />;
  const shown = lineage.nodes.find(({ id }) => id === chosen);
  return (
    <Stack gap="md">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="lineage" aria-label="Lineage: data, runs, versions, deployments" tabIndex={0}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <title>Lineage</title>
          {edges.map(({ edge, path }) => (
            <path
              key={`${edge.from} ${edge.to}`}
              className="edge"
              d={path}
              data-on={near !== undefined && (edge.from === near || edge.to === near)}
            >
              <title>{edge.words}</title>
            </path>
          ))}
          {nodes.map(({ node, x, y }) => (
            // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons
            <g
              key={node.id}
              className="node"
              role="button"
              tabIndex={0}
              data-here={node.here}
              data-own={node.id === own}
              transform={`translate(${x} ${y})`}
              onClick={() => setChosen(node.id)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                setChosen(node.id);
              }}
              onMouseEnter={() => setNear(node.id)}
              onMouseLeave={() => setNear(undefined)}
              onFocus={() => setNear(node.id)}
              onBlur={() => setNear(undefined)}
            >
              <rect width={BOX.width} height={BOX.height} rx={8} />
              <text x={12} y={21} fontWeight={600}>
                {short(node.kind === 'weights' ? node.name.slice(node.name.lastIndexOf('/') + 1) : node.name, 20)}
              </text>
              <text x={12} y={39} className="small">
                {short([KINDS[node.kind], node.state, ...node.stamps].filter(Boolean).join(' · '), 30)}
              </text>
            </g>
          ))}
        </svg>
      </section>
      <Words lineage={lineage} />
      <Drawer
        opened={shown !== undefined}
        onClose={() => setChosen(undefined)}
        position="right"
        title={shown === undefined ? '' : `${KINDS[shown.kind]} ${shown.name}`}
      >
        {shown !== undefined && <About node={shown} lineage={lineage} />}
      </Drawer>
    </Stack>
  );
}

function About({ node, lineage }: { node: Node; lineage: Lineage }) {
  const named = new Map(lineage.nodes.map(({ id, name }) => [id, name]));
  const leads = lineage.edges.filter(({ from, to }) => from === node.id || to === node.id);
  return (
    <Stack gap="md">
      <Group gap={6}>
        <Text size="sm">{node.state ?? ''}</Text>
        <Stamps of={node} />
      </Group>
      {!node.here && (
        <Text size="sm" c="dimmed">
          It is not at hand here: it stands as the signed registration names it.
        </Text>
      )}
      <Facts of={node.facts.map(({ term, text }) => [term, text] as const)} />
      <div>
        {leads.map(({ from, to, words }) => (
          <Text key={`${from} ${to}`} size="sm">
            {from === node.id ? `→ ${named.get(to) ?? to}: ${words}` : `← ${named.get(from) ?? from}: ${words}`}
          </Text>
        ))}
      </div>
      <Place node={node} />
    </Stack>
  );
}

/** The page of a thing, where it has one here. */
function Place({ node: { id, kind, name, here } }: { node: Node }) {
  if (!here) return null;
  if (kind === 'version') {
    const at = name.lastIndexOf('@');
    return (
      <Go to="/models/$name/$version" params={{ name: name.slice(0, at), version: name.slice(at + 1) }}>
        Open {name}
      </Go>
    );
  }
  if (kind === 'deployment') {
    return (
      <Go to="/deployments/$name" params={{ name }}>
        Open {name}
      </Go>
    );
  }
  if (kind === 'run')
    return <Anchor href={`/runs/${encodeURIComponent(id.slice('run:'.length))}`}>Open the run</Anchor>;
  if (kind === 'dataset') {
    const [dataset = '', version = ''] = name.split('@');
    return <Anchor href={`/datasets/${encodeURIComponent(dataset)}/${version}`}>Open {name}</Anchor>;
  }
  return null;
}

/** The same in words, for those who read rather than look. */
function Words({ lineage }: { lineage: Lineage }) {
  const named = new Map(lineage.nodes.map((node) => [node.id, node]));
  return (
    <details>
      <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>In words</summary>
      <Table mt="sm" className="paper">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            <Table.Th>How</Table.Th>
            <Table.Th>To</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lineage.edges.map(({ from, to, words }) => (
            <Table.Tr key={`${from} ${to}`}>
              <Table.Td>{named.get(from)?.name}</Table.Td>
              <Table.Td>{words}</Table.Td>
              <Table.Td>{named.get(to)?.name}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}

const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
