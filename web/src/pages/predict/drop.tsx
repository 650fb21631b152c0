import '@mantine/dropzone/styles.css';
import { Center, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { MOST_SHOTS } from './tray.ts';

interface Props {
  onFiles: (files: File[]) => void;
  disabled: boolean;
}

/** Where images are dropped while there are none. What is no image is told so by the server, one by one. */
export function Drop({ onFiles, disabled }: Props) {
  return (
    <Dropzone
      onDrop={onFiles}
      onReject={(rejected) => onFiles(rejected.map(({ file }) => file))}
      multiple
      disabled={disabled}
      inputProps={{ 'aria-label': 'Images to predict' }}
      aria-label="Drop images here, or choose them"
      bg="var(--mantine-color-body)"
    >
      <Center mih={260}>
        <Stack align="center" gap="xs">
          <Text size="xl" fw={600} ta="center">
            Drop images here
          </Text>
          <Text c="dimmed" ta="center">
            one or many, up to {MOST_SHOTS}; or press to choose: JPEG, PNG, TIFF, BMP, WebP
          </Text>
          <Text size="sm" c="dimmed" ta="center" mt="md">
            They are answered by this server and not kept.
          </Text>
        </Stack>
      </Center>
    </Dropzone>
  );
}

/** Further images, wherever they are dropped on the page. */
export function DropAnywhere({ onFiles, disabled }: Props) {
  return (
    <Dropzone.FullScreen
      active={!disabled}
      withinPortal={false}
      onDrop={onFiles}
      onReject={(rejected) => onFiles(rejected.map(({ file }) => file))}
      multiple
    >
      <Center mih={200}>
        <Text size="xl">Drop more images</Text>
      </Center>
    </Dropzone.FullScreen>
  );
}
