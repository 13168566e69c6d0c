import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '../../../docs/shippers.md'), 'utf8');

/**
 * Returns a configuration of docs/shippers.md, with texts replaced that differ on each machine.
 * @param file   the name behind the language of its code block
 * @param texts  what replaces each text
 * @throws {Error} if the page has no such block, or the block has none of a text
 */
export function configuration(file: string, texts: Readonly<Record<string, string>>): string {
  const [, after] = page.split(new RegExp(`^\`\`\`\\w+ ${file}$`, 'm'));
  if (after === undefined) throw new Error(`docs/shippers.md has no configuration ${file}`);
  const block = after.slice(0, after.indexOf('\n```\n') + 1);
  return Object.entries(texts).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    return text.replaceAll(from, to);
  }, block);
}
