import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'test/deploy/*.md'], { cwd: root });

/** Returns a page without its code blocks. */
const proseOf = (page: string): string => readFileSync(join(root, page), 'utf8').replace(/^```.*?^```/gms, '');

/** Returns the anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const titles = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Returns what is wrong with a relative link; `undefined` if its file, and its heading there, exist. */
function faultOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return `${page}: ${link}: no such file`;
  if (anchor !== undefined && !anchorsOf(target).has(anchor)) return `${page}: ${link}: no such heading`;
  return undefined;
}

it('every relative link of the pages leads to a file and a heading that exist', () => {
  const faults = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .flatMap((link) => faultOf(page, link) ?? []),
  );
  expect(pages.length).toBeGreaterThan(30);
  expect(faults).toEqual([]);
});
