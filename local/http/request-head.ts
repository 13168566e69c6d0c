import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import ipaddr from 'ipaddr.js';
import { shown } from '../../functions/shared/domain/shown.ts';
import { HttpError, type HttpRequest } from './http.ts';
import { isOpened } from './opened.ts';

/**
 * Reads the head of a request, and none of its body.
 * @param signal aborts when the client leaves
 * @throws {HttpError} 400 for a malformed request or a target that is no path, 403 for a request of another site's page
 */
export function readHead(incoming: IncomingMessage, signal: AbortSignal): HttpRequest {
  const { method = 'GET', url = '/', headers } = incoming;
  if (incoming.httpVersionMajor < 1 || (incoming.headersDistinct.host?.length ?? 0) > 1) {
    throw new HttpError(400, 'malformed request: expected HTTP/1.0 or 1.1, with one Host');
  }
  checkSite(method, headers);
  const cut = (): void => void incoming.socket.destroy();
  const { remoteAddress } = incoming.socket;
  const head = { method, ...readTarget(url), headers: plainHeaders(headers) };
  // The page says in its own words that an address names nothing; paths with `/_` are those of shippers.
  const isView = (method === 'GET' || method === 'HEAD') && isOpened(head) && !head.path.includes('/_');
  if (!isView && !isDecodable(head.path)) throw malformedTarget(url);
  return { ...head, remoteAddress, signal, cut };
}

/**
 * Divides the target of a request into path and query.
 * @throws {HttpError} 400 if the target is an address (`http://…`, `//host`) or is `*`
 */
function readTarget(target: string): Pick<HttpRequest, 'path' | 'query'> {
  const url = /^\/(?![/\\])/.test(target) ? URL.parse(`http://offbeat${target}`) : null;
  if (url === null) throw malformedTarget(target);
  return { path: url.pathname, query: url.searchParams };
}

const malformedTarget = (target: string): HttpError =>
  new HttpError(400, `target ${shown(target)}: expected a path that begins with one "/"`);

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false; // The caller reports what it expected.
  }
}

/** Returns whether a host is `0.0.0.0` or `::`, by which any page reaches this machine, past the checks of browsers for loopback. */
export function isUnspecified(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'unspecified';
}

/**
 * Refuses requests that a page of another site makes:
 *
 * - by a name that the site lets point to this machine (DNS rebinding): Host must be an address or a name of this machine;
 * - by a post across origins: Origin, if sent, must be this server;
 * - by a request that a browser sends without an Origin, such as for an image: `Sec-Fetch-Site`, if sent, must be
 *   `same-origin`, or `none` for a request that no page made.
 * @throws {HttpError} 403
 */
function checkSite(method: string, headers: IncomingHttpHeaders): void {
  const host = (headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isUnspecified(name)) {
    throw new HttpError(403, `host ${shown(host)} is not an address of this machine only; use 127.0.0.1 or localhost`);
  }
  if (isIP(name) === 0 && name !== 'localhost' && name !== hostname().toLowerCase()) {
    throw new HttpError(403, `host ${shown(host)} is not this machine; use an address or localhost`);
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) {
    throw new HttpError(403, `origin ${shown(headers.origin)} is another site`);
  }
  checkReferer(host, headers);
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOwn && !isNavigation(method, headers)) {
    throw new HttpError(403, `sec-fetch-site ${shown(site)}: a page of another site may only link here`);
  }
}

/**
 * Refuses the request of another site's page if the browser sends no Sec-Fetch-Site, which it does not for an address that is
 * not loopback over plain HTTP. Such a request is refused also if a person followed a link.
 */
function checkReferer(host: string, { referer, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
  if (referer === undefined || origin !== undefined || site !== undefined) return;
  if (URL.parse(referer)?.host.toLowerCase() === host) return;
  throw new HttpError(403, `referer: a page of another site may not send requests; open ${shown(host)} by its address`);
}

/**
 * Returns whether a person followed a link, so that the answer becomes the page in the window and the other site cannot
 * read it.
 * @see https://web.dev/articles/fetch-metadata
 */
function isNavigation(method: string, headers: IncomingHttpHeaders): boolean {
  const isTopLevel = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isTopLevel && (method === 'GET' || method === 'HEAD');
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
