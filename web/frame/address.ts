import { batch, signal } from '@preact/signals';

/** The names in the address that belong to all views. */
export const sharedNames = ['from', 'to', 'range', 'cluster', 'zone', 'compare', 'theme', 'wall'] as const;

/** The path of the view that is shown. */
export const path = signal(location.pathname);

/** The names in the address that belong to the view alone. */
export const query = signal<URLSearchParams>(ownOf(new URLSearchParams(location.search)));

/** The newest change of the address, by a link or by the browser's own buttons, which restore all that it names. */
export const arrival = signal({ isRestored: true });

function ownOf(all: URLSearchParams): URLSearchParams {
  const own = new URLSearchParams(all);
  for (const name of sharedNames) own.delete(name);
  return own;
}

function read(isRestored: boolean): void {
  // All at once: what writes the address must not see the new path with the old query.
  batch(() => {
    path.value = location.pathname;
    query.value = ownOf(new URLSearchParams(location.search));
    arrival.value = { isRestored };
  });
}

/** Opens a view by its address: a path with an optional query. */
export function navigate(href: string, { replace = false } = {}): void {
  const url = new URL(href, location.href);
  history[replace ? 'replaceState' : 'pushState'](null, '', url.pathname + url.search + url.hash);
  read(false);
  if (!replace) window.scrollTo(0, 0);
}

/** Changes what the view keeps in the address. An `undefined` value removes its name; a list is repeated. */
export function setQuery(changes: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  const next = new URLSearchParams(query.peek());
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of value === undefined ? [] : [value].flat()) next.append(name, one);
  }
  query.value = next;
}

/** Writes the address from the path, what all views share, and what the view keeps. */
export function writeAddress(shared: URLSearchParams): void {
  const all = new URLSearchParams([...query.value, ...shared]).toString().replaceAll('%2F', '/');
  const href = path.value + (all === '' ? '' : `?${all}`) + location.hash;
  if (href !== location.pathname + location.search + location.hash) history.replaceState(null, '', href);
}

addEventListener('popstate', () => read(true));

/** The addresses that the server answers itself, and no view. */
const ofServer = /^\/(api|session)\//;

/** Lets a click on a link of the page open its view without loading the page anew. */
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a');
  if (link === null || link === undefined || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target !== '') return;
  if (link.origin !== location.origin || link.hasAttribute('download') || ofServer.test(link.pathname)) return;
  if (link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(link.href);
});
