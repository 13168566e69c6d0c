/** The axis of a dot plot of shares, in percent of the whole. */
export interface DotAxis {
  readonly least: number;
  readonly most: number;
  /** The mean share, in [0, 1]. */
  readonly mean: number | undefined;
  /** The grid, at values in percent. */
  readonly marks: readonly number[];
  /** Returns the place of a share in [0, 1] as a part of the width, such as `42.9%`. */
  readonly place: (share: number) => string;
  /** Returns the place of a value in percent as a part of the width, in [0, 1]. */
  readonly part: (percent: number) => number;
}

/** Shares that lie within this many points of each other are shown without the rest. */
const closePoints = 40;

/** Returns the axis for shares in [0, 1]: the part where they are, or 0 to 100 % where they are far apart. */
export function dotAxis(shares: readonly number[], mean: number | undefined): DotAxis {
  const percents = shares.map((share) => share * 100);
  const [low, high] = percents.length === 0 ? [0, 100] : [Math.min(...percents), Math.max(...percents)];
  const isClose = percents.length > 0 && high - low <= closePoints;
  const least = isClose ? Math.max(0, Math.floor((low - 2) / 2) * 2) : 0;
  const most = isClose ? Math.min(100, Math.max(least + 4, Math.ceil((high + 2) / 2) * 2)) : 100;
  const step = most - least <= 20 ? 4 : most - least <= 50 ? 10 : 25;
  const part = (percent: number): number => Math.min(1, Math.max(0, (percent - least) / (most - least)));
  const marks: number[] = [];
  for (let at = Math.ceil((least + 0.01) / step) * step; at <= most; at += step) marks.push(at);
  return { least, most, mean, marks, place: (share) => `${(part(share * 100) * 100).toFixed(1)}%`, part };
}

/** A text above the axis. */
export interface AxisLabel {
  readonly text: string;
  /** The place, in pixels. */
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** The mean width of a character, and the least distance of two texts, in pixels. */
const characterWidth = 6.5;
const apart = 8;

/** Returns the texts above an axis: its ends, the average, and of the grid what touches none of them. @param width in pixels */
export function axisLabels({ least, most, mean, marks, part }: DotAxis, width: number): AxisLabel[] {
  const texts = [
    { at: least, text: `${least}\u00a0%`, anchor: 'start' as const },
    { at: most, text: `${most}\u00a0%`, anchor: 'end' as const },
    ...(mean === undefined ? [] : [{ at: mean * 100, text: 'average', anchor: 'middle' as const }]),
    ...marks.map((at) => ({ at, text: String(at), anchor: 'middle' as const })),
  ];
  const labels: (AxisLabel & { readonly left: number; readonly right: number })[] = [];
  for (const { at, text, anchor } of texts) {
    const [x, long] = [part(at) * width, text.length * characterWidth];
    const left = anchor === 'start' ? x : anchor === 'end' ? x - long : x - long / 2;
    const isFree = labels.every((other) => left > other.right + apart || left + long < other.left - apart);
    const isInside = left >= 0 && left + long <= width;
    if (isFree && isInside) labels.push({ text, x, anchor, left, right: left + long });
  }
  return labels.map(({ text, x, anchor }) => ({ text, x, anchor }));
}
