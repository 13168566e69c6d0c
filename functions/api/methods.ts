import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { shownText } from '../shared/domain/shown.ts';
import { Problem } from './problem.ts';

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
 * Returns the problem of a request that no route answers: 405 with `Allow` if the path has other methods, otherwise 404.
 * @param asked the method and the path of the request
 */
export function noRoute(routes: readonly MethodAtPath[], asked: MethodAtPath): Problem {
  const what = `${shownText(asked.method)} ${shownText(asked.path)}`;
  const matching = routes.filter(({ path }) => patternOf(path).test(asked.path));
  // A path without variables is that route, although it looks like an id of another: /api/silences/preview.
  const exact = matching.filter(({ path }) => !path.includes('{'));
  const allowed = (exact.length > 0 ? exact : matching).map(({ method }) => method);
  if (allowed.length === 0) return new Problem(404, `${what}: there is no such route; /api/openapi.json lists them`);
  const allow = allowed.join(', ');
  return new Problem(405, `${what}: expected ${allow}`, { headers: { allow } });
}

/** Returns the pattern that matches a path, with or without a slash at its end, as the router does. */
export const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`);

/** Removes the body of each answer to `HEAD`. */
export function bodilessHead(): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const removeBody = ({ event, response }: middy.Request<APIGatewayProxyEventV2, unknown>): void => {
    if (event.requestContext.http.method !== 'HEAD') return;
    (response as APIGatewayProxyStructuredResultV2).body = '';
  };
  return { after: removeBody, onError: removeBody };
}
