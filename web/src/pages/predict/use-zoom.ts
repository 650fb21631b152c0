import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';

export interface View {
  scale: number;
  /** Pixels that the picture is moved by. */
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const MOST = 12;
const STEP = 1.4;
const NUDGE = 40;

/** The picture never leaves its frame. */
function within(view: View, frame: DOMRect): View {
  const scale = Math.min(MOST, Math.max(1, view.scale));
  const clamp = (value: number, size: number): number => Math.min(0, Math.max(size * (1 - scale), value));
  return { scale, x: clamp(view.x, frame.width), y: clamp(view.y, frame.height) };
}

/** Magnifies a frame's content by wheel (with Ctrl), pinch, buttons and keys, around the place that is meant; dragged where it is larger. */
export function useZoom(view: View, onView: (view: View) => void) {
  const frame = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const [dragging, setDragging] = useState(false);
  const at = useRef(view);
  at.current = view;

  const zoomBy = (factor: number, place?: { x: number; y: number }): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined) return;
    const { scale, x, y } = at.current;
    const next = Math.min(MOST, Math.max(1, scale * factor));
    const about = place ?? { x: box.width / 2, y: box.height / 2 };
    const ratio = next / scale;
    onView(within({ scale: next, x: about.x - (about.x - x) * ratio, y: about.y - (about.y - y) * ratio }, box));
  };
  const moveBy = (dx: number, dy: number): void => {
    const box = frame.current?.getBoundingClientRect();
    const { scale, x, y } = at.current;
    if (box !== undefined) onView(within({ scale, x: x + dx, y: y + dy }, box));
  };

  // React listens to wheels passively: the page would scroll away under the picture.
  const zoom = useRef(zoomBy);
  zoom.current = zoomBy;
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      // Without Ctrl the wheel scrolls the page, unless the picture is magnified already.
      if (!event.ctrlKey && at.current.scale === 1) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom.current(Math.exp(-event.deltaY / 240), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (at.current.scale === 1 && event.pointerType === 'mouse') return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      setDragging(true);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, now);
      if (other === undefined) moveBy(now.x - before.x, now.y - before.y);
      else {
        const box = event.currentTarget.getBoundingClientRect();
        const spread = (point: { x: number; y: number }): number => Math.hypot(point.x - other.x, point.y - other.y);
        const middle = { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top };
        if (spread(before) > 0) zoomBy(spread(now) / spread(before), middle);
      }
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      pointers.current.delete(event.pointerId);
      setDragging(pointers.current.size > 0);
    },
    onPointerCancel(event: PointerEvent<HTMLDivElement>) {
      pointers.current.delete(event.pointerId);
      setDragging(pointers.current.size > 0);
    },
    onDoubleClick(event: { clientX: number; clientY: number; currentTarget: HTMLDivElement }) {
      const box = event.currentTarget.getBoundingClientRect();
      if (at.current.scale > 1) onView(WHOLE);
      else zoomBy(3, { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
      const moves: Record<string, () => void> = {
        '+': () => zoomBy(STEP),
        '=': () => zoomBy(STEP),
        '-': () => zoomBy(1 / STEP),
        '0': () => onView(WHOLE),
        ArrowLeft: () => moveBy(NUDGE, 0),
        ArrowRight: () => moveBy(-NUDGE, 0),
        ArrowUp: () => moveBy(0, NUDGE),
        ArrowDown: () => moveBy(0, -NUDGE),
      };
      const move = moves[event.key];
      if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.startsWith('Arrow') && at.current.scale === 1) return;
      event.preventDefault();
      move();
    },
  };
  return { frame, handlers, dragging, zoomIn: () => zoomBy(STEP), zoomOut: () => zoomBy(1 / STEP) };
}
