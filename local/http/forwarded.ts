import type { HttpRequest } from './http.ts';

/** The headers by which a proxy says that it passes a request on, so that its sender is not on this machine. */
const proxyHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-original-for',
  'x-original-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
];

/** Returns whether a proxy passes a request on. */
export const isForwarded = (headers: HttpRequest['headers']): boolean =>
  proxyHeaders.some((name) => headers[name] !== undefined);
