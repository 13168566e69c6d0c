/** The axis of a dot plot of shares, in percent of the whole. */
export interface DotAxis {
  readonly least: number;
  readonly most: number;
  /** The grid, and the texts above it, at values in percent. */
  readonly marks: readonly number[];
  readonly labels: readonly { readonly at: number; readonly text: string }[];
  /** Returns the place of a share in [0, 1] as a part of the width, such as `42.9%`. */
  readonly place: (share: number) => string;
}

/** Shares that lie within this many points of each other are shown without the rest. */
const closePoints = 40;
/** The least distance of two texts, as a part of the width. */
const apart = 0.12;

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
  const ends = [
    { at: least, text: `${least}\u00a0%` },
    { at: most, text: `${most}\u00a0%` },
  ];
  const average = mean === undefined ? [] : [{ at: mean * 100, text: 'average' }];
  const taken = [...ends, ...average].filter(
    ({ at, text }) => text !== 'average' || ends.every((end) => Math.abs(part(end.at) - part(at)) > apart),
  );
  const between = marks.filter((at) => taken.every((other) => Math.abs(part(other.at) - part(at)) > apart * 1.3));
  return {
    least,
    most,
    marks,
    labels: [...taken, ...between.map((at) => ({ at, text: String(at) }))],
    place: (share) => `${(part(share * 100) * 100).toFixed(1)}%`,
  };
}
