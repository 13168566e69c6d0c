/**
 * Whether `text` fits `pattern`, where `*` stands for any text and all else for itself. `O(pattern × text)` whatever
 * the pattern: an operator's silence must not be able to hold up pages.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const first = pattern.indexOf('*');
  if (first === -1) return text === pattern;
  if (!text.startsWith(pattern.slice(0, first))) return false;
  const parts = pattern.slice(first + 1).split('*');
  const ending = parts.pop()!;
  let from = first;
  for (const part of parts) {
    // The first place is as good as every other: what follows it may only be longer.
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - from >= ending.length && text.endsWith(ending);
}
