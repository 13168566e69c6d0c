import { notPage } from '../../functions/page/answer-page.ts';
import type { HttpRequest } from './http.ts';

/** Returns whether a browser opens an address, whose answer is the page. */
export const isOpened = ({ path, headers }: Pick<HttpRequest, 'path' | 'headers'>): boolean =>
  !notPage.test(path) && /\btext\/html\b/.test(headers.accept ?? '');
