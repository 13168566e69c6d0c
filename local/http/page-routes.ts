import { answerPage } from '../../functions/page/answer-page.ts';
import type { PageFiles } from '../../functions/page/page-files.ts';
import { sessionRoutes } from '../../functions/shared/domain/sign-in.ts';
import type { HttpRequest, Route } from './http.ts';
import { isOpened } from './opened.ts';

/**
 * Returns the routes of the page: its files, and every other path that a browser opens. A Beat asks for `/` too, and gets
 * what it expects, because it accepts JSON. Where the page asks for a session, it gets none: here people sign in with the token of a role.
 * @param files `undefined` if the page was not built
 */
export function pageRoutes(files: PageFiles | undefined): readonly Route[] {
  const answer = async (request: HttpRequest) => answerPage(files, request);
  const page = { methods: ['GET', 'HEAD'], bodyBytesMax: 0, answer };
  const isFile = ({ path }: HttpRequest): boolean => path !== '/index.html' && files?.has(path) === true;
  const noSession = async () => ({ status: 204, headers: { 'cache-control': 'no-store' }, body: '' });
  const session = { methods: ['POST'], path: new RegExp(`^${sessionRoutes.renew}$`), bodyBytesMax: 0 };
  return [
    { ...session, answer: noSession },
    { ...page, path: /^\//, when: (request) => isFile(request) || isOpened(request) },
  ];
}
