import type { HttpRequest } from './http.ts';

/** The paths of the API and of shippers, which are never a view of the page. */
const notPage = /^\/(api|v1)(\/|$)|^\/_/;

/** Returns whether a browser opens an address, whose answer is the page. */
export const isOpened = ({ path, headers }: Pick<HttpRequest, 'path' | 'headers'>): boolean =>
  !notPage.test(path) && /\btext\/html\b/.test(headers.accept ?? '');
