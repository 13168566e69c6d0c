/** A star that stands for any text: each but that of `[*]`. */
const anyText = /(?<!\[)\*|\*(?!\])/;

/** Returns the texts of a pattern between the stars that stand for any text. */
function partsOf(pattern: string): string[] {
  // A silence is compared with each anomaly, and nearly no pattern has a star that stands for itself.
  if (!pattern.includes('[*]')) return pattern.split('*');
  return pattern.split(anyText).map((part) => part.replaceAll('[*]', '*'));
}

/**
 * Returns the pattern that matches a text and nothing else: a star of the text is written as `[*]`.
 * @example
 * globOf('db*'); // => 'db[*]'
 */
export const globOf = (text: string): string => text.replaceAll('*', '[*]');

/**
 * Returns whether `text` matches `pattern`, in which `*` stands for any text, `[*]` for a star and each other character for itself. It
 * takes `O(pattern × text)` for any pattern, so that no silence can delay pages.
 * @example
 * matchesGlob('prod/host/*', 'prod/host/node-a'); // => true
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return text === pattern;
  const [first, ...parts] = partsOf(pattern);
  const ending = parts.pop();
  if (ending === undefined) return text === first;
  if (!text.startsWith(first!)) return false;
  let from = first!.length;
  for (const part of parts) {
    // The first match is as good as any later one: it leaves the most text for the parts that follow.
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - from >= ending.length && text.endsWith(ending);
}

/** A token of a pattern that stands for any text. */
const any = Symbol('any text');

/**
 * Returns whether a pattern matches any text that begins with `prefix` and is longer.
 * @example
 * matchesBeyond('node-*', 'prod/host/'); // => false
 */
export function matchesBeyond(pattern: string, prefix: string): boolean {
  const tokens = partsOf(pattern).flatMap((part, nth) => [...(nth === 0 ? [] : [any]), ...part.split('')]);
  // The places in the pattern that are reached with the prefix so far.
  let reached = [0];
  for (const character of prefix.split('')) {
    const next = new Set<number>();
    for (const start of reached) {
      for (let at = start; at < tokens.length; at += 1) {
        if (tokens[at] === any) next.add(at);
        if (tokens[at] === character) next.add(at + 1);
        if (tokens[at] !== any) break;
      }
    }
    reached = [...next];
  }
  return reached.some((at) => at < tokens.length);
}
