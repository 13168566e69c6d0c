/** Compares texts by code units and not by locale. So the order is the same on every machine, and in every state and id. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Compares the entries of a map or an object by their keys. */
export const byKey = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
  compareText(a, b);
