import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { shownText } from '../shared/domain/shown.ts';
import { refusal } from './query.ts';

/** A route of the API by its method and its path with variables, `/api/alerts/{id}`. */
interface MethodAtPath {
  readonly method: string;
  readonly path: string;
}

/** Returns the routes with one more for each `GET`: `HEAD` is answered in the same way. */
export function withHead<Route extends MethodAtPath>(routes: readonly Route[]): Route[] {
  return routes.flatMap((route) => (route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route]));
}

/**
 * Returns the refusal of a request that no route answers: 405 with `Allow` where the path takes another method, else 404.
 * @param asked the method and the path of the request
 */
export function noRoute(routes: readonly MethodAtPath[], asked: MethodAtPath): Error {
  const what = `${shownText(asked.method)} ${shownText(asked.path)}`;
  const allowed = routes.filter(({ path }) => patternOf(path).test(asked.path)).map(({ method }) => method);
  if (allowed.length === 0) return refusal(404, `${what}: there is no such route; docs/api.md lists them`);
  const allow = allowed.join(', ');
  return Object.assign(refusal(405, `${what}: expected ${allow}`), { headers: { allow } });
}

/** Paths are those of this source; a slash may follow one, as for the router. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`);

/** Removes the body of each answer to `HEAD`. */
export function bodilessHead(): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const removeBody = ({ event, response }: middy.Request<APIGatewayProxyEventV2, unknown>): void => {
    if (event.requestContext.http.method !== 'HEAD') return;
    (response as APIGatewayProxyStructuredResultV2).body = '';
  };
  return { after: removeBody, onError: removeBody };
}
