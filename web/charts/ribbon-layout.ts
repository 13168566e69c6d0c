import type { Layout } from './layout.ts';

/** An alert in the lane of alerts. */
export interface RibbonAlert {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly fromMs: number;
  /** The end; `null` while it is open. */
  readonly toMs: number | null;
}

/** An alert as it is drawn. */
export interface DrawnAlert {
  readonly alert: RibbonAlert;
  readonly x: number;
  readonly width: number;
  /** A flag: it had ended by the end of the range. */
  readonly isOver: boolean;
  /** The place of its name; absent where the name would touch another one. */
  readonly name?: { readonly x: number; readonly anchor: 'start' | 'end' };
}

/** The mean width of a character, in pixels. */
const characterWidth = 6.2;
/** The least distance of two names, in pixels. */
const apart = 10;
const widthMin = 4;

const severityOrder = ['critical', 'warning', 'info'];

/** Returns the alerts of a time as bars. Those that are open, and then the worst, keep their names. */
export function layoutRibbon(
  alerts: readonly RibbonAlert[],
  range: { readonly fromMs: number; readonly toMs: number },
  { x, right }: Pick<Layout, 'x' | 'right'>,
): DrawnAlert[] {
  const bars = alerts
    .filter(({ fromMs, toMs }) => fromMs <= range.toMs && (toMs ?? range.toMs) >= range.fromMs)
    .map((alert) => {
      const left = Math.min(right - widthMin, Math.max(0, x(alert.fromMs)));
      const end = Math.min(right, x(alert.toMs ?? range.toMs));
      const isOver = alert.toMs !== null && alert.toMs <= range.toMs;
      return { alert, x: left, width: Math.max(widthMin, end - left), isOver };
    });
  const taken: (readonly [left: number, right: number])[] = [];
  const named = new Map<string, DrawnAlert['name']>();
  for (const bar of bars.toSorted(byImportance)) {
    const length = bar.alert.title.length * characterWidth;
    const isAtEnd = bar.x + length > right;
    const left = isAtEnd ? bar.x + bar.width - length : bar.x;
    if (left < 0 || taken.some(([from, to]) => left < to + apart && left + length > from - apart)) continue;
    taken.push([left, left + length]);
    named.set(bar.alert.id, { x: isAtEnd ? bar.x + bar.width : bar.x, anchor: isAtEnd ? 'end' : 'start' });
  }
  return bars.map((bar) => {
    const name = named.get(bar.alert.id);
    return name === undefined ? bar : { ...bar, name };
  });
}

function byImportance(a: DrawnAlert, b: DrawnAlert): number {
  const rank = ({ alert }: DrawnAlert): number => severityOrder.indexOf(alert.severity);
  return Number(a.isOver) - Number(b.isOver) || rank(a) - rank(b);
}
