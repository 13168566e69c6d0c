import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { FunctionName } from '../../functions/functions.ts';
import { pageFolder } from '../../functions/page/page-folder.ts';

/** The folders of the built page: in a clone, and in the package, whose modules are in `dist` too. */
const builtFolders = ['../../dist/web', '../../web'].map((folder) => join(import.meta.dirname, folder));

/** Returns whether the code of a function contains the files of the page. */
export const hasPage = (name: FunctionName): boolean => name === 'page';

/** Returns the folder of the built page. @throws {Error} naming the remedy, if it was not built */
function builtPage(): string {
  const found = builtFolders.find((folder) => existsSync(join(folder, 'assets')));
  if (found !== undefined) return found;
  throw new Error('the page was not built: run npm run build:web, or leave out the page (deployment.page: none)');
}

/** Returns the files of the built page, by their paths in the code of the function, sorted. @throws {Error} if it was not built */
export function readPage(): ReadonlyMap<string, Buffer> {
  const built = builtPage();
  const files = readdirSync(built, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(
    paths.map((path) => [`${pageFolder}/${relative(built, path).split(sep).join('/')}`, readFileSync(path)]),
  );
}

/** Copies the built page into the folder of a function's code. @throws {Error} if it was not built */
export function copyPage(folder: string): void {
  cpSync(builtPage(), join(folder, pageFolder), { recursive: true });
}
