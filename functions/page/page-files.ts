import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same, packed; absent where packing saves nothing. */
  readonly gzip?: Buffer;
  /** The entity tag of the content, packed or not: a weak one, with its quotes. */
  readonly tag: string;
  /** Means that its name changes with its content. */
  readonly isFingerprinted: boolean;
}

/** The files of the page, by their paths: `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The folder of files that the build names by their content. */
const fingerprinted = '/assets/';

/**
 * Reads the built page, which is less than a megabyte, into memory.
 * @param directory the folder that `npm run build:web` writes
 * @returns `undefined` if it was not built: the sources have no folder of fingerprinted files
 */
export function readPageFiles(directory: string): PageFiles | undefined {
  if (!existsSync(join(directory, fingerprinted))) return undefined;
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const path = `/${relative(directory, file).split(sep).join('/')}`;
      return [path, pageFile(path, readFileSync(file))];
    }),
  );
}

function pageFile(path: string, body: Buffer): PageFile {
  const extension = extname(path);
  const isPacked = extension === '.woff2';
  return {
    type: types[extension] ?? 'application/octet-stream',
    body,
    ...(isPacked ? {} : { gzip: gzipSync(body, { level: 9 }) }),
    tag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    isFingerprinted: path.startsWith(fingerprinted),
  };
}
