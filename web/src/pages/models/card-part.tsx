import { Alert, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { Facts } from './facts.tsx';
import { card, type Version } from './queries.ts';

/** The model card, signed with the bundle, and what the bundle decides by. */
export function CardPart({ version }: { version: Version }) {
  const found = useQuery(card({ name: version.model, version: version.version }));
  if (isAbsent(found)) return <FaultPanel error={found.error} title="There is no card to show." />;
  if (found.data === undefined) return <Loader role="status" aria-label="Loading" />;
  const { markdown, manifest } = found.data;
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="sm">
          What it decides by
        </Title>
        <Facts of={decidesBy(manifest as unknown as Manifest)} />
      </Paper>
      {markdown === null ? (
        <Alert color="gray">
          It was exported before anything was measured, so that it has no model card. Evaluate the run and register it
          again for one.
        </Alert>
      ) : (
        <Paper withBorder p="lg" className="markdown">
          <Markdown remarkPlugins={[remarkGfm]}>{markdown}</Markdown>
        </Paper>
      )}
      <Text size="xs" c="dimmed">
        Both were signed with the bundle and checked just now.
      </Text>
    </Stack>
  );
}

/** As much of bundle.json as is shown. */
interface Manifest {
  model: { name: string; parameters: number };
  labels: string[];
  preprocess: { height: number; width: number; channels: number; fit: string };
  /** Absent where each image is looked at once. */
  views?: 'none' | 'mirrors';
  temperature: number;
  calibration: { method: string } | null;
  operatingPoint: { positive: string[]; threshold: number; rule: string } | null;
  /** Absent in bundles from before there was one. */
  classRule?: { tau: number } | null;
  conformal: { coverage: number } | null;
  outOfDistribution: { falseAlarmRate: number } | null;
  parity: { samples: number; maxDifference: number };
}

function decidesBy({ model, labels, preprocess, calibration, temperature, operatingPoint, ...rest }: Manifest) {
  const { classRule, conformal, outOfDistribution, parity, views } = rest;
  const { height, width, channels, fit } = preprocess;
  const percent = (share: number) => `${Number((share * 100).toFixed(1))}%`;
  return [
    ['Network', `${model.name}, ${model.parameters.toLocaleString('en')} parameters`],
    ['Input', `${height} × ${width} pixels, ${channels === 1 ? 'grey' : 'colour'}, ${fit}`],
    ...(views === 'mirrors'
      ? [
          [
            'Views',
            'Mean of four: as it is, mirrored left and right, top and bottom, both; four passes an image',
          ] as const,
        ]
      : []),
    ['Classes', labels.join(', ')],
    [
      'Verdict',
      operatingPoint === null
        ? `None: no class is named positive, so ${classRule == null ? 'the most probable class' : 'the class decided for'} is the answer.`
        : `Positive when ${operatingPoint.positive.join(' and ')} together reach ${operatingPoint.threshold.toFixed(3)} (${operatingPoint.rule}, chosen on validation)`,
    ],
    ...(classRule == null
      ? []
      : [
          [
            'Class',
            `The largest probability, divided by the share of validation to the power of ${classRule.tau}: rare classes are found like common ones`,
          ] as const,
        ]),
    ['Calibration', calibration === null ? `temperature ${temperature.toFixed(3)}` : calibration.method],
    [
      'Uncertainty',
      conformal === null
        ? 'No set of classes: validation was too small for one.'
        : `A set of classes that holds the truth for ${percent(conformal.coverage)} of each class`,
    ],
    [
      'Unlike images',
      outOfDistribution === null
        ? 'It can not tell.'
        : `Flagged; ${percent(outOfDistribution.falseAlarmRate)} of validation's images would be`,
    ],
    [
      'Export',
      `ONNX Runtime within ${parity.maxDifference.toExponential(1)} of the engine on ${parity.samples} samples`,
    ],
  ] as const;
}
