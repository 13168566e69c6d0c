import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { DeployedStack } from './deployed-stack.ts';

/**
 * Returns what passes requests on to the stack's HTTP API with permission, as a signing proxy does for an operator whose client
 * does not sign.
 */
export function signingProxy(stack: DeployedStack): RequestListener {
  return async (request, response) => {
    try {
      const { method = 'GET', url = '/', headers } = request;
      const body = await buffer(request);
      const type = headers['content-type'];
      const answer = await stack.askApi(url, {
        method,
        ...(type && { headers: { 'content-type': type } }),
        ...(body.length > 0 && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  };
}
