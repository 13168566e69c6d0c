/** A place in a drawing, in pixels from the top left. */
export type Place = readonly [x: number, y: number];

const px = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * Returns the path of a line.
 * @param isStepped a flag: a value lasts until the next one
 */
export function linePath(places: readonly Place[], isStepped = false): string {
  return places
    .map(([x, y], nth) => {
      if (nth === 0) return `M${px(x)} ${px(y)}`;
      return isStepped ? `H${px(x)}V${px(y)}` : `L${px(x)} ${px(y)}`;
    })
    .join('');
}

/** Returns the path of the area between a line and a height; empty where there is no line. */
export function areaPath(places: readonly Place[], base: number, isStepped = false): string {
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `${linePath(places, isStepped)}L${px(last[0])} ${px(base)}L${px(first[0])} ${px(base)}Z`;
}

/** Returns the path of the area between two lines of equal length; empty where there is none. */
export function betweenPath(upper: readonly Place[], lower: readonly Place[]): string {
  if (upper.length === 0) return '';
  const back = lower.toReversed().map(([x, y]) => `L${px(x)} ${px(y)}`);
  return `${linePath(upper)}${back.join('')}Z`;
}
