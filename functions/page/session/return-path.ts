/** The longest address that a sign-in comes back to, in characters. It is kept in a cookie, of which browsers keep 4 KB. */
export const returnCharactersMax = 1_500;

/** An origin that no address can name. An address that leaves it would leave the page. */
const page = 'https://page.invalid';

/**
 * Returns the address on the page's own origin that a sign-in comes back to: a path with its query. Everything else, such as an
 * address of another origin in any of its spellings, becomes the beginning of the page.
 * @example
 * returnPathOf('/alerts/0b6c?cluster=prod'); // => '/alerts/0b6c?cluster=prod'
 * @example
 * returnPathOf('//evil.example'); // => '/'
 */
export function returnPathOf(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith('/') || asked.length > returnCharactersMax) return '/';
  const url = URL.parse(asked, page);
  if (url === null || url.origin !== page) return '/';
  const path = url.pathname + url.search;
  // A normalised path may begin with two slashes, as that of `/.//evil.example` does, which a browser reads as another host.
  return path.startsWith('//') || path.length > returnCharactersMax ? '/' : path;
}
