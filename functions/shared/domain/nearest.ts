/**
 * Returns the word that a misspelt one is probably meant to be: the one with the fewest letters inserted, deleted or changed. At
 * most a third of its letters may differ.
 * @returns `undefined` if none is near
 * @example
 * nearest('groupWiat', ['groupWait', 'repeatInterval']); // => 'groupWait'
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((candidate) => ({ candidate, changes: changesBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, changes }) => changes <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.changes - b.changes);
  return ranked[0]?.candidate;
}

/**
 * Returns the Levenshtein distance, computed row by row.
 * @see Wagner and Fischer (1974), The string-to-string correction problem
 */
function changesBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(changed, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
