import { Text } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { memo, useEffect, useRef } from 'react';
import type { ModelInfo } from './queries.ts';
import type { Shot, Told } from './tray.ts';
import { say } from './words.ts';

interface Props {
  shots: readonly Shot[];
  shown: number | undefined;
  by: string;
  info: ModelInfo | undefined;
  onShow: (id: number) => void;
}

/** All images with what was decided about each: a verdict, never a bare number. */
export function Strip({ shots, shown, by, info, onShow }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-shot="${shown}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  const step = (by: number): void => {
    const at = shots.findIndex(({ id }) => id === shown);
    const next = shots[Math.max(0, Math.min(shots.length - 1, at + by))];
    if (next === undefined) return;
    onShow(next.id);
    list.current?.querySelector<HTMLElement>(`[data-shot="${next.id}"]`)?.focus();
  };
  return (
    <ul
      ref={list}
      className="shots no-print"
      aria-label="Images"
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        step(by);
      }}
    >
      {shots.map((shot, i) => (
        <Tile
          key={shot.id}
          shot={shot}
          number={i + 1}
          isShown={shot.id === shown}
          by={by}
          info={info}
          onShow={onShow}
        />
      ))}
    </ul>
  );
}

interface TileProps {
  shot: Shot;
  number: number;
  isShown: boolean;
  by: string;
  info: ModelInfo | undefined;
  onShow: (id: number) => void;
}

/** Drawn again with its own image alone: there may be hundreds. */
const Tile = memo(function Tile({ shot, number, isShown, by, info, onShow }: TileProps) {
  return (
    <li>
      <button
        type="button"
        className="shot"
        data-shot={shot.id}
        aria-current={isShown || undefined}
        onClick={() => onShow(shot.id)}
      >
        {shot.small === null ? (
          <span className="shot-small" style={{ display: 'grid', placeItems: 'center' }}>
            <IconPhoto size={22} stroke={1.4} aria-hidden />
          </span>
        ) : (
          <img className="shot-small" src={shot.small} alt="" />
        )}
        <span style={{ minWidth: 0 }}>
          <Text span size="sm" fw={600} display="block">
            Image {number}
          </Text>
          <Text span size="xs" c="dimmed" display="block" lineClamp={2} data-testid="shot-state">
            {stateWords(shot.told[by], info)}
          </Text>
        </span>
      </button>
    </li>
  );
});

function stateWords(told: Told | undefined, info: ModelInfo | undefined): string {
  if (told === undefined || told.state === 'waiting') return 'waits';
  if (told.state === 'asking') return 'is being read';
  if (told.state === 'failed') return 'no answer';
  return say(told.answer, info).short;
}
