import { signal } from '@preact/signals';
import { range } from '../frame/where.ts';

/** The moment that all charts of the view mark; `null` while nobody points at one. Ms. */
export const cursorMs = signal<number | null>(null);

/** The time that is being chosen by dragging in a chart; `null` while nobody drags. Ms. */
export const dragged = signal<{ readonly fromMs: number; readonly toMs: number } | null>(null);

/** The ranges before each zoom, the newest last. */
const earlier: { readonly from: string; readonly to: string }[] = [];
const earlierMax = 50;
const spanMsMin = 5_000;

/** Shows the time between two moments in all charts. */
export function zoomTo(fromMs: number, toMs: number): void {
  const [from, to] = [Math.min(fromMs, toMs), Math.max(fromMs, toMs)].map(Math.round);
  if (to! - from! < spanMsMin) return;
  earlier.push(range.value);
  if (earlier.length > earlierMax) earlier.shift();
  range.value = { from: String(from), to: String(to) };
}

/** Shows the range before the last zoom again. */
export function zoomBack(): void {
  const before = earlier.pop();
  if (before !== undefined) range.value = before;
}
