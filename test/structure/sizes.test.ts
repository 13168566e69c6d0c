import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface BiomeConfiguration {
  readonly linter: { readonly rules: object };
  readonly overrides: readonly { readonly includes: readonly string[]; readonly linter: { readonly rules: object } }[];
}

const file = join(import.meta.dirname, '../../biome.json');
const configuration: BiomeConfiguration = JSON.parse(readFileSync(file, 'utf8'));

it('lint limits a file to 300 lines, a function to 60 lines and its parameters to four', () => {
  expect(configuration.linter.rules).toMatchObject({
    complexity: {
      noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 60 } },
      useMaxParams: { level: 'error', options: { max: 4 } },
    },
    style: { noExcessiveLinesPerFile: { level: 'error', options: { maxLines: 300 } } },
  });
});

const sizes = ['noExcessiveLinesPerFunction', 'useMaxParams', 'noExcessiveLinesPerFile'];

it('no file is exempt from these limits, except that the suites in the functions of tests may be longer', () => {
  const exempt = configuration.overrides.filter(({ linter }) =>
    sizes.some((rule) => JSON.stringify(linter).includes(rule)),
  );
  expect(exempt).toEqual([
    { includes: ['test/**'], linter: { rules: { complexity: { noExcessiveLinesPerFunction: 'off' } } } },
  ]);
});
