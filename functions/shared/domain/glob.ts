/**
 * Returns whether `text` matches `pattern`, in which `*` stands for any text and each other character for itself. It takes
 * `O(pattern × text)` for any pattern, so that no silence can delay pages.
 * @example
 * matchesGlob('prod/host/*', 'prod/host/node-a'); // => true
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const first = pattern.indexOf('*');
  if (first === -1) return text === pattern;
  if (!text.startsWith(pattern.slice(0, first))) return false;
  const parts = pattern.slice(first + 1).split('*');
  const ending = parts.pop()!;
  let from = first;
  for (const part of parts) {
    // The first match is as good as any later one: it leaves the most text for the parts that follow.
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - from >= ending.length && text.endsWith(ending);
}
