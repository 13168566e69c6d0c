import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The page with the reasons for accepted findings. Tests compare it with the templates in both directions. */
export const securityPage = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8');

/** The cells of the table under a heading, a row a line, without its head. */
export function securityTable(heading: string): string[][] {
  const section = securityPage.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#/m)[0] ?? '';
  const rows = section.split('\n').filter((line) => /^\| [^-]/.test(line));
  return rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the texts between backticks in a cell. */
export const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

/** Returns whether a text matches a pattern, in which `*` stands for any text. */
export function isLike(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
