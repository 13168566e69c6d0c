import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secretBytesMax } from '../../functions/shared/adapters/secrets/embedded.ts';
import { seriesTextCharactersMax } from '../../functions/shared/domain/series-text.ts';
import { quotedLengthMax } from '../../functions/shared/domain/withheld.ts';
import { settingsBytesMax } from '../../settings/read-text.ts';

/** The rows of the tables under `### Text`, by their first cell. */
function rowsOfText(): Map<string, readonly string[]> {
  const page = readFileSync('docs/security.md', 'utf8');
  const section = page.split(/^### Text$/m)[1]!.split(/^##/m)[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return new Map(
    rows
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map((row) => [row[0]!, row]),
  );
}

const rows = rowsOfText();
const limitOf = (limit: string): string => [...rows].find(([name]) => name.startsWith(limit))?.[1][1] ?? '';

describe('the limits of text in docs/security.md', () => {
  it.each([
    ['a file of a secret', `${secretBytesMax / 1024} KiB`],
    ['a settings file', `${settingsBytesMax / 1024} KiB`],
    ['the text of a series', `${seriesTextCharactersMax.toLocaleString('en')} characters`],
    ['a wrong value of a setting', `${quotedLengthMax} characters`],
  ])('has for %s the value that holds: %s', (limit, value) => {
    expect(limitOf(limit)).toContain(value);
  });

  it('names a test that exists for each', () => {
    const tests = [...rows.values()].map((row) => row.at(-1)!).filter((cell) => cell.startsWith('`'));
    expect(tests.length).toBeGreaterThan(10);
    for (const test of tests) expect(existsSync(test.replaceAll('`', '')), test).toBe(true);
  });
});
