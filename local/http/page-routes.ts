import { answerPage, notPage } from '../../functions/page/answer-page.ts';
import type { PageFiles } from '../../functions/page/page-files.ts';
import type { HttpRequest, Route } from './http.ts';

/**
 * Returns the routes of the page: its files, and every other path that a browser opens. A Beat asks for `/` too, and gets
 * what it expects, because it accepts JSON.
 * @param files `undefined` if the page was not built
 */
export function pageRoutes(files: PageFiles | undefined): readonly Route[] {
  const answer = async (request: HttpRequest) => answerPage(files, request);
  const page = { methods: ['GET', 'HEAD'], bodyBytesMax: 0, answer };
  const isFile = ({ path }: HttpRequest): boolean => path !== '/index.html' && files?.has(path) === true;
  const isOpened = ({ path, headers }: HttpRequest): boolean =>
    !notPage.test(path) && /\btext\/html\b/.test(headers.accept ?? '');
  return [{ ...page, path: /^\//, when: (request) => isFile(request) || isOpened(request) }];
}
