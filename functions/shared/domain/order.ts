/** By code units, whatever the locale: the same on every machine, and so in every state and id. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Of entries of a map or an object: by their keys. */
export const byKey = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
  compareText(a, b);
