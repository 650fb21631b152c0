import { ActionIcon, Group, SegmentedControl, Slider, Text, Tooltip } from '@mantine/core';
import { IconZoomIn, IconZoomOut, IconZoomReset } from '@tabler/icons-react';
import { useState } from 'react';
import { heatmapWords } from '../../heatmap-words.ts';
import type { Answer, ModelInfo } from './queries.ts';
import type { Shot } from './tray.ts';
import { useZoom, type View, WHOLE } from './use-zoom.ts';

/** How the server fits the image into the network's frame, in the words of CSS. */
const OBJECT_FIT = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;

/** One heat map that can be laid over the image. */
export interface Layer {
  /** Whose it is. */
  name: string;
  heatmap: NonNullable<Answer['heatmap']>;
  preprocess: ModelInfo['preprocess'];
}

interface Props {
  shot: Shot;
  layers: readonly Layer[];
  opacity: number;
  onOpacity: (opacity: number) => void;
}

/** The image as the network sees it; what speaks for the answer lies over it, as strong as the slider says. Can be magnified. */
export function Picture({ shot, layers, opacity, onOpacity }: Props) {
  const [view, setView] = useState<View>(WHOLE);
  const [chosen, setChosen] = useState(0);
  const { frame, handlers, dragging, zoomIn, zoomOut } = useZoom(view, setView);
  const layer = layers[Math.min(chosen, layers.length - 1)];
  const shows = shot.shows !== false;
  const preprocess = layer?.preprocess;
  const ratio = preprocess === undefined ? undefined : `${preprocess.width} / ${preprocess.height}`;
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: it is steered by keys of its own */}
      <div
        ref={frame}
        className="picture"
        role="group"
        aria-label="The image. Plus and minus magnify, arrows move, 0 shows all of it."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is steered by keys of its own
        tabIndex={0}
        data-larger={view.scale > 1 || undefined}
        data-dragging={dragging || undefined}
        style={{ aspectRatio: ratio ?? '1' }}
        {...handlers}
      >
        <div
          className="picture-layers"
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
        >
          {shows && (
            <img
              src={shot.url}
              alt="What you gave, as the network sees it"
              draggable={false}
              style={{ objectFit: preprocess === undefined ? 'contain' : OBJECT_FIT[preprocess.fit] }}
            />
          )}
          {layer !== undefined && (
            <img
              src={layer.heatmap.image}
              data-testid="heatmap"
              draggable={false}
              alt={
                layer.heatmap.blank
                  ? `Nothing speaks for ${layer.heatmap.explained}`
                  : `What speaks for ${layer.heatmap.explained}`
              }
              style={{ opacity: shows ? opacity / 100 : 1, objectFit: 'fill' }}
            />
          )}
        </div>
      </div>
      <Group mt="xs" gap="xs" justify="space-between" wrap="nowrap">
        {layer !== undefined && shows ? (
          <Group gap="sm" wrap="nowrap" flex={1}>
            <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              Heat map
            </Text>
            <Slider
              flex={1}
              maw={260}
              value={opacity}
              onChange={onOpacity}
              label={(value) => `${value}%`}
              thumbLabel="Strength of the heat map"
              size="sm"
            />
          </Group>
        ) : (
          <span />
        )}
        <Group gap={4} wrap="nowrap">
          <Zoom label="Magnify" onClick={zoomIn} icon={IconZoomIn} />
          <Zoom label="Make smaller" onClick={zoomOut} icon={IconZoomOut} disabled={view.scale === 1} />
          <Zoom
            label="Show all of it"
            onClick={() => setView(WHOLE)}
            icon={IconZoomReset}
            disabled={view.scale === 1}
          />
        </Group>
      </Group>
      {layers.length > 1 && (
        <SegmentedControl
          mt="xs"
          size="xs"
          aria-label="Whose heat map"
          value={String(chosen)}
          onChange={(value) => setChosen(Number(value))}
          data={layers.map(({ name }, i) => ({ value: String(i), label: name }))}
        />
      )}
      {layer !== undefined && (
        <Text size="xs" c="dimmed" mt={6}>
          {heatmapWords(layer.heatmap)}
          {!shows && ' Your browser cannot show images of this format: this is how the server reads it.'}
          {layer.preprocess.fit === 'crop' && ' The network sees the middle of the image.'}
        </Text>
      )}
    </div>
  );
}

interface ZoomProps {
  label: string;
  onClick: () => void;
  icon: typeof IconZoomIn;
  disabled?: boolean;
}

function Zoom({ label, onClick, icon: Icon, disabled = false }: ZoomProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" onClick={onClick} disabled={disabled} aria-label={label}>
        <Icon size={17} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
