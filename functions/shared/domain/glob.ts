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

/**
 * Returns whether a pattern matches any text that begins with `prefix` and is longer.
 * @example
 * matchesBeyond('node-*', 'prod/host/'); // => false
 */
export function matchesBeyond(pattern: string, prefix: string): boolean {
  // The places in the pattern that are reached with the prefix so far.
  let reached = [0];
  for (const character of prefix.split('')) {
    const next = new Set<number>();
    for (const start of reached) {
      for (let at = start; at < pattern.length; at += 1) {
        if (pattern[at] === '*') next.add(at);
        if (pattern[at] === character) next.add(at + 1);
        if (pattern[at] !== '*') break;
      }
    }
    reached = [...next];
  }
  return reached.some((at) => at < pattern.length);
}
