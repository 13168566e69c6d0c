/**
 * Returns whether a version is older than another one of the same product, by the numbers that both have.
 * @param version a version as AWS names it, such as `OpenSearch_3.5` or `3.9.x.kraft`
 * @param than    as `version`; no version of one product is older than one of another
 * @example
 * isOlder('3.9.x', '3.10.x'); // => true
 */
export function isOlder(version: string, than: string): boolean {
  const [one, other] = [partsOf(version), partsOf(than)];
  if (one.product !== other.product) return false;
  const nth = one.numbers.findIndex((number, index) => number !== other.numbers[index]);
  // A comparison with `undefined`, where one has fewer numbers or all are equal, is false.
  return one.numbers[nth]! < other.numbers[nth]!;
}

/** Returns the product of a version, empty if it names none, and its numbers up to the first part that is none. */
function partsOf(version: string): { readonly product: string; readonly numbers: readonly number[] } {
  const [, product = '', numbers = ''] = /^(?:([A-Za-z]+)_)?((?:\d+(?:\.|$))*)/.exec(version)!;
  return { product, numbers: numbers.split('.').filter(Boolean).map(Number) };
}
