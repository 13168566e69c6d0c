import { useRef } from 'preact/hooks';
import { cursorMs, dragged, zoomBack, zoomTo } from './cursor.ts';

/** The time that a plot shows, and its width in pixels. */
interface Plot {
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly right: number;
}

/** The least way of a pointer that is a drag, in pixels. */
const dragMin = 6;

const momentAt = (event: PointerEvent, { range, right }: Plot): number => {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - box.left) / right));
  return range.fromMs + share * (range.toMs - range.fromMs);
};

/**
 * Returns what a chart does with pointer and keys: pointing moves the cursor of all charts, dragging with a mouse chooses a range, a double
 * click goes back; the arrows move the cursor by a sample, `Escape` takes it away.
 * @param stepMs the distance of two samples
 */
export function usePointer(plot: Plot, stepMs: number) {
  const startX = useRef<number | null>(null);
  const startMs = useRef(0);
  return {
    onPointerMove: (event: PointerEvent) => {
      const ms = momentAt(event, plot);
      cursorMs.value = ms;
      if (startX.current !== null && Math.abs(event.clientX - startX.current) >= dragMin)
        dragged.value = { fromMs: Math.min(startMs.current, ms), toMs: Math.max(startMs.current, ms) };
    },
    onPointerLeave: () => {
      if (startX.current === null) cursorMs.value = null;
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === 'touch' || event.button !== 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      startX.current = event.clientX;
      startMs.current = momentAt(event, plot);
    },
    onPointerUp: () => {
      startX.current = null;
      const chosen = dragged.value;
      dragged.value = null;
      if (chosen !== null) zoomTo(chosen.fromMs, chosen.toMs);
    },
    onPointerCancel: () => {
      startX.current = null;
      dragged.value = null;
    },
    onDblClick: zoomBack,
    onKeyDown: (event: KeyboardEvent) => moveCursor(event, plot, stepMs),
    onBlur: () => {
      cursorMs.value = null;
    },
  };
}

function moveCursor(event: KeyboardEvent, { range }: Plot, stepMs: number): void {
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
    event.key
  ];
  if (event.key === 'Escape' && cursorMs.value !== null) {
    event.stopPropagation();
    cursorMs.value = null;
  }
  if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const from = cursorMs.value ?? range.toMs;
  cursorMs.value = Math.min(range.toMs, Math.max(range.fromMs, from + steps * stepMs * (event.shiftKey ? 10 : 1)));
}
