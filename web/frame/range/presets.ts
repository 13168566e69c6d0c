import { dayMs } from '../../../functions/shared/domain/durations.ts';
import type { Overview } from '../../api/types.ts';
import type { Zone } from '../../format/moment.ts';
import type { Range } from './range.ts';
import { dayStart } from './span.ts';

/** A range that is chosen by one press. */
export interface Preset {
  readonly text: string;
  readonly range: Range;
}

/** The ranges of the head. */
export const headPresets = [
  { text: '15 min', range: { from: '-15m', to: 'now' } },
  { text: '1 h', range: { from: '-1h', to: 'now' } },
  { text: '6 h', range: { from: '-6h', to: 'now' } },
  { text: '24 h', range: { from: '-24h', to: 'now' } },
  { text: '7 d', range: { from: '-7d', to: 'now' } },
] as const satisfies readonly Preset[];

/** The time before an alert that is shown with it, as a multiple of its length. */
const lead = 5;

/** Returns the ranges of the popover; the last one only while an alert is open. */
export function popoverPresets(nowMs: number, zone: Zone, overview: Overview | undefined): Preset[] {
  const today = dayStart(nowMs, zone);
  const yesterday = dayStart(today - dayMs / 2, zone);
  const open = overview?.alerts.open[0];
  return [
    ...headPresets.map(({ text, range }) => ({ text: `Last ${text}`, range })),
    { text: 'Today', range: { from: String(today), to: 'now' } },
    { text: 'Yesterday', range: { from: String(yesterday), to: String(today) } },
    ...(open === undefined
      ? []
      : [
          {
            text: 'Since the open alert',
            range: { from: String(open.startsAtMs - lead * (nowMs - open.startsAtMs)), to: 'now' },
          },
        ]),
  ];
}

/** Returns whether two ranges are one. `-24h` and `-1d` are not. */
export const isSameRange = (a: Range, b: Range): boolean => a.from === b.from && a.to === b.to;
