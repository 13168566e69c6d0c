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
  /** The name, cut to the room it has, and the place of it; a number where there is no room. */
  readonly name?: { readonly x: number; readonly anchor: 'start' | 'end'; readonly text: string };
}

/** The mean width of a character, in pixels. */
const characterWidth = 6.2;
/** The least distance of two names, in pixels. */
const apart = 10;
const widthMin = 4;
/** The least width of a name that is cut, in pixels. */
const nameWidthMin = 56;

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
  const taken: Room[] = [];
  const named = new Map<string, DrawnAlert['name']>();
  for (const bar of bars.toSorted(byImportance)) {
    const starts = bars.map((other) => other.x);
    const name = nameOf(bar, { starts, taken, right });
    if (name === undefined) continue;
    const length = name.text.length * characterWidth;
    taken.push(name.anchor === 'end' ? { from: name.x - length, to: name.x } : { from: name.x, to: name.x + length });
    named.set(bar.alert.id, name);
  }
  return numbered(bars, named);
}

/** Returns bars with their names. One without room, or with a name that is cut to what another one is, has its number: its tooltip has the name. */
function numbered(bars: readonly DrawnAlert[], named: ReadonlyMap<string, DrawnAlert['name']>): DrawnAlert[] {
  const texts = Map.groupBy(named.values(), (name) => name?.text);
  const order = bars.toSorted((a, b) => a.alert.fromMs - b.alert.fromMs);
  return bars.map((bar) => {
    const name = named.get(bar.alert.id);
    const text = String(order.indexOf(bar) + 1);
    const isAlone = name !== undefined && (name.text === bar.alert.title || texts.get(name.text)?.length === 1);
    return { ...bar, name: isAlone ? name : { x: bar.x, anchor: 'start', text } };
  });
}

/** A stretch of the lane, in pixels. */
interface Room {
  readonly from: number;
  readonly to: number;
}

interface Lane {
  /** The beginnings of all bars. */
  readonly starts: readonly number[];
  readonly taken: readonly Room[];
  readonly right: number;
}

/** Returns the name of a bar, over the bar and on up to the next one, or at the right end before it; cut where there is less room. */
function nameOf({ alert: { title }, x, width }: DrawnAlert, { starts, taken, right }: Lane): DrawnAlert['name'] {
  const after = Math.min(
    right,
    ...starts.filter((start) => start > x).map((start) => start - apart),
    ...taken.filter(({ to }) => to > x).map(({ from }) => from - apart),
  );
  const whole = title.length * characterWidth;
  if (after - x >= Math.min(whole, nameWidthMin)) return { x, anchor: 'start', text: cut(title, after - x) };
  const end = Math.min(right, x + width);
  const before = Math.max(
    0,
    ...starts.filter((start) => start < x).map((start) => start + nameWidthMin + apart),
    ...taken.filter(({ from }) => from < end).map(({ to }) => to + apart),
  );
  const isLast = starts.every((start) => start <= x);
  return isLast && end - before >= Math.min(whole, nameWidthMin)
    ? { x: end, anchor: 'end', text: cut(title, end - before) }
    : undefined;
}

function cut(title: string, width: number): string {
  const characters = Math.floor(width / characterWidth);
  return title.length <= characters ? title : `${title.slice(0, Math.max(1, characters - 1)).trimEnd()}…`;
}

function byImportance(a: DrawnAlert, b: DrawnAlert): number {
  const rank = ({ alert }: DrawnAlert): number => severityOrder.indexOf(alert.severity);
  return Number(a.isOver) - Number(b.isOver) || rank(a) - rank(b);
}
