import type { PageFile, PageFiles } from './page-files.ts';

/** A request for a file of the page. */
export interface PageRequest {
  readonly path: string;
  /** The headers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The content security policy of the page: files of its own origin, no inline script or style, no frame around it, and no
 * text that becomes markup.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The headers of everything that the page's origin answers. */
export const pageHeaders = {
  'content-security-policy': pagePolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The paths of the API and of shippers, which are never a view of the page. */
export const notPage = /^\/(api|v1)(\/|$)|^\/_/;

const yearS = 31_536_000;
/** The name of a file has an extension; the address of a view has none, or is that of a machine: `/machines/prod/host/a.b`. */
const filePath = /^\/(assets\/.*|[^/]+\.\w+)$/;

/**
 * Answers a request for the page: a file by its path, or the page itself at the address of a view, which the page reads.
 * @param files `undefined` if the page was not built
 */
export function answerPage(files: PageFiles | undefined, { path, headers }: PageRequest): PageAnswer {
  if (files === undefined) return text(404, 'The page was not built: run npm run build:web. The API is under /api/.');
  const file = files.get(filePath.test(path) ? path : '/index.html');
  if (file === undefined) return text(404, 'There is no such file.');
  const common = { ...pageHeaders, etag: file.tag, vary: 'accept-encoding', 'cache-control': cachingOf(file) };
  if (headers['if-none-match'] === file.tag) return { status: 304, headers: common, body: Buffer.alloc(0) };
  const { gzip } = file;
  const isPacked = gzip !== undefined && acceptsGzip.test(headers['accept-encoding'] ?? '');
  return {
    status: 200,
    headers: { ...common, 'content-type': file.type, ...(isPacked && { 'content-encoding': 'gzip' }) },
    body: isPacked ? gzip : file.body,
  };
}

/** A list of encodings in which `gzip` is, and is not excluded by `q=0`. */
const acceptsGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/;

/** A new build is seen at once: only files whose names change with their content are kept. */
const cachingOf = ({ isFingerprinted }: PageFile): string =>
  isFingerprinted ? `public, max-age=${yearS}, immutable` : 'no-cache';

const text = (status: number, sentence: string): PageAnswer => ({
  status,
  headers: { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: Buffer.from(`${sentence}\n`),
});
