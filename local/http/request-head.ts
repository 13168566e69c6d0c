import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import ipaddr from 'ipaddr.js';
import { shown } from '../../functions/shared/domain/shown.ts';
import { HttpError, type HttpRequest } from './http.ts';

/**
 * Reads what a request asks for, before anything of its body.
 * @param signal aborts when the client leaves
 * @throws {HttpError} 400 for a target that is no path or a malformed request, 403 for a page of another site
 */
export function readHead(incoming: IncomingMessage, signal: AbortSignal): HttpRequest {
  const { method = 'GET', url = '/', headers } = incoming;
  if (incoming.httpVersionMajor < 1 || (incoming.headersDistinct.host?.length ?? 0) > 1) {
    throw new HttpError(400, 'malformed request: expected HTTP/1.0 or 1.1, with one Host');
  }
  checkSite(method, headers);
  const cut = (): void => void incoming.socket.destroy();
  return { method, ...readTarget(url), headers: plainHeaders(headers), signal, cut };
}

/**
 * Splits a request's target into path and query. Only a path is taken: not an address (`http://…`, `//host`), not `*`, and
 * nothing that cannot be decoded.
 * @throws {HttpError} 400
 */
function readTarget(target: string): Pick<HttpRequest, 'path' | 'query'> {
  const malformed = new HttpError(400, `target ${shown(target)}: expected a path that begins with one "/"`);
  if (!/^\/(?![/\\])/.test(target)) throw malformed;
  try {
    const { pathname, searchParams } = new URL(`http://offbeat${target}`);
    decodeURIComponent(pathname);
    return { path: pathname, query: searchParams };
  } catch {
    throw malformed;
  }
}

/** Returns whether a host is `0.0.0.0` or `::`, which reaches this machine from any page, past what browsers check for loopback. */
export function isUnspecified(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'unspecified';
}

/**
 * A page of another site must reach nothing here: not through a name that it lets point at us (DNS rebinding), so
 * Host is an address or a name of this machine; not by posting across origins, so Origin is our own if it is sent; and not
 * by what a browser sends without an Origin, such as an image: `Sec-Fetch-Site` is our own, or nobody's page asked.
 * @throws {HttpError} 403
 */
function checkSite(method: string, headers: IncomingHttpHeaders): void {
  const host = (headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isUnspecified(name)) {
    throw new HttpError(403, `host ${shown(host)} is no address of this machine alone; use 127.0.0.1 or localhost`);
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
 * Refuses what a page of another site asks where the browser sends no Sec-Fetch-Site: to an address that is not loopback, over plain
 * HTTP. There a link that a person follows is refused too.
 */
function checkReferer(host: string, { referer, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
  if (referer === undefined || origin !== undefined || site !== undefined) return;
  if (URL.parse(referer)?.host.toLowerCase() === host) return;
  throw new HttpError(403, `referer: a page of another site may not ask; open ${shown(host)} by its address`);
}

/**
 * Returns whether a person follows a link, so that the answer becomes the page in the window: the other site cannot read it.
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
