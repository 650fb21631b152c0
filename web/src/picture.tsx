import { Group, Slider, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelInfo } from './api.ts';

/** How the server fits the image into the network's frame, in the words of CSS. */
const OBJECT_FIT = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;

interface Props {
  file: File;
  heatmap: { explained: string; image: string } | undefined;
  preprocess: ModelInfo['preprocess'];
}

/** The image as the network sees it; the heat map lies over it, as strong as the slider says. */
export function Picture({ file, heatmap, preprocess }: Props) {
  const [opacity, setOpacity] = useState(70);
  // Formats that a browser does not show (TIFF): only the server's rendering is left.
  const [shows, setShows] = useState(true);
  const [source, setSource] = useState<string>();
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setSource(url);
    setShows(true);
    return () => URL.revokeObjectURL(url);
  }, [file]);

  return (
    <div>
      <div className="layers" style={{ aspectRatio: `${preprocess.width} / ${preprocess.height}` }}>
        {source !== undefined && shows && (
          <img
            src={source}
            alt="What you gave, as the network sees it"
            style={{ objectFit: OBJECT_FIT[preprocess.fit] }}
            onError={() => setShows(false)}
          />
        )}
        {heatmap !== undefined && (
          <img
            src={heatmap.image}
            data-testid="heatmap"
            alt={`What speaks for ${heatmap.explained}`}
            style={{ opacity: shows ? opacity / 100 : 1, objectFit: 'fill' }}
          />
        )}
      </div>
      {heatmap !== undefined && shows && (
        <Group mt="sm" gap="md" wrap="nowrap">
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            Heat map
          </Text>
          <Slider
            flex={1}
            value={opacity}
            onChange={setOpacity}
            label={(value) => `${value}%`}
            thumbLabel="Strength of the heat map"
            size="sm"
          />
        </Group>
      )}
      {heatmap !== undefined && (
        <Text size="xs" c="dimmed" mt={6}>
          Red marks what speaks for {heatmap.explained}. It shows where the network looked, not why.
        </Text>
      )}
    </div>
  );
}
