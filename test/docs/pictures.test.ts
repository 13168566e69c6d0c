import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draw } from '../../docs/pictures/draw.ts';
import { kindPictures } from '../../docs/pictures/kinds.ts';
import { pictures } from '../../docs/pictures/series.ts';

const docs = join(import.meta.dirname, '../../docs');

const all = [...pictures, ...kindPictures];

describe('the pictures of docs/detection.md', () => {
  it.each(all.map((picture) => [picture.name, picture] as const))(
    '%s is as `npm run docs` writes it, light, and shows a page',
    (name, picture) => {
      const drawn = readFileSync(join(docs, 'pictures', `${name}.svg`), 'utf8');
      expect(drawn).toBe(draw(picture));
      expect(drawn.length).toBeLessThan(40_000);
      expect(drawn).toContain('<circle');
      expect(drawn).toContain('<path d="M');
      expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
    },
  );

  it('are all there, and all linked', () => {
    const page = readFileSync(join(docs, 'detection.md'), 'utf8');
    const files = readdirSync(join(docs, 'pictures')).filter((file) => file.endsWith('.svg'));
    expect(files.sort()).toEqual(all.map(({ name }) => `${name}.svg`).sort());
    for (const file of files) expect(page).toContain(`](pictures/${file})`);
  });
});
