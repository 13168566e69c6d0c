import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The path of the repository. */
export const root = join(import.meta.dirname, '../..');

/** The top folders that contain the product. Tests, benchmarks and the tables of the documents may import all of them. */
const folders = ['functions', 'settings', 'local', 'lib', 'bin', 'web'];

/** One import of one file by another. Both paths are relative to the root of the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Returns the paths of all TypeScript files of the product, relative to the root of the repository. */
export function sourceFiles(): readonly string[] {
  const found = folders.flatMap((folder) =>
    globSync('**/*.{ts,tsx}', { cwd: join(root, folder) }).map((file) => `${folder}/${file}`),
  );
  return found.sort();
}

/** An import of a value or of a type, a re-export, or an `import()`. All imports of own files are relative, with `.ts` or `.tsx`. */
const importOf = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.tsx?)'/g;

/** Returns the imports of a file that name other TypeScript files of this repository. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(importOf)].map(([, path]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), path!)),
  }));
}
