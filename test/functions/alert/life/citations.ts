import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');
const invariantName = /\b[A-Z]{2,}(?:-[A-Z]{2,})+\b/g;

/**
 * Returns the files of a folder that cite invariants, by the invariant's name.
 * @param folder its path in the repository, such as `functions/alert`
 */
export function citationsIn(folder: string): ReadonlyMap<string, readonly string[]> {
  const citations = new Map<string, string[]>();
  for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('/invariants.ts')) continue;
    for (const [name] of readFileSync(join(root, folder, file), 'utf8').matchAll(invariantName)) {
      const files = citations.get(name) ?? [];
      if (!files.includes(`${folder}/${file}`)) citations.set(name, [...files, `${folder}/${file}`]);
    }
  }
  return citations;
}
