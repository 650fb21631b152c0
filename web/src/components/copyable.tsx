import { ActionIcon, Code, CopyButton as Copier, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

export function CopyButton({ text, what }: { text: string; what: string }) {
  return (
    <Copier value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            size="sm"
            onClick={copy}
            aria-label={copied ? 'Copied' : `Copy ${what}`}
          >
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copier>
  );
}

interface Props {
  text: string;
  /** What it is, for the button: "the run's id". */
  what: string;
  /** What is shown of it: the beginning of an id. */
  shown?: string;
}

/** An id or a digest, to be read and copied. */
export function Copyable({ text, what, shown = text }: Props) {
  return (
    <Group gap={2} wrap="nowrap" style={{ minWidth: 0 }} component="span" display="inline-flex">
      <Text span className="mono clip" title={text}>
        {shown}
      </Text>
      <CopyButton text={text} what={what} />
    </Group>
  );
}

/** Several lines to be copied: a command, a program. */
export function CopyBlock({ text, what }: { text: string; what: string }) {
  return (
    <div style={{ display: 'flex', gap: 4, alignItems: 'flex-start' }}>
      <Code block tabIndex={0} style={{ flex: 1, minWidth: 0 }}>
        {text}
      </Code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
