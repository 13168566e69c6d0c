import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The limits that `npm run lint` keeps, as biome.json states them. */
const limits = {
  complexity: {
    noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 60 } },
    useMaxParams: { level: 'error', options: { max: 4 } },
  },
  style: { noExcessiveLinesPerFile: { level: 'error', options: { maxLines: 300 } } },
} as const;

/** The files that may break a limit, by rule. The overrides of biome.json list the same files. */
const exceptions = {
  useMaxParams: [
    // The measured hot path of detect: an object for each call would cost more than the step itself.
    'functions/detect/apply-sample.ts',
    'functions/detect/close-minutes.ts',
    'functions/detect/episode.ts',
    'functions/detect/group.ts',
    'functions/detect/minute.ts',
    'functions/detect/observe.ts',
    'functions/detect/reason.ts',
    'functions/detect/verdict.ts',
    // Not yet changed.
    'bench/cost/flow.ts',
    'bin/commands/redrive.ts',
    'bin/commands/replay.ts',
    'functions/alert/alert-record.ts',
    'functions/alert/apply-tick.ts',
    'functions/alert/command.ts',
    'functions/alert/evaluate.ts',
    'functions/normalise/collectd.ts',
    'functions/shared/domain/catalogue/row.ts',
    'functions/shared/runner/fold.ts',
    'functions/shared/runner/runner.ts',
    'functions/shared/runner/stateless-runner.ts',
    'test/functions/api/known-silence.test.ts',
    'test/functions/detect/flood.ts',
    'test/functions/shared/time/aligned-clocks.test.ts',
    'test/integrity/fuzz/run.ts',
  ],
  // Not yet changed.
  noExcessiveLinesPerFunction: ['functions/api/reader.ts'],
  // Not yet changed.
  noExcessiveLinesPerFile: [
    'test/contract/warehouse.ts',
    'test/functions/detect/detect.test.ts',
    'test/functions/detect/evict-groups.test.ts',
    'test/functions/persist/handler.test.ts',
  ],
} as const;

interface BiomeRules {
  readonly complexity?: Readonly<Record<string, unknown>>;
  readonly style?: Readonly<Record<string, unknown>>;
}

interface BiomeConfiguration {
  readonly linter: { readonly rules: BiomeRules };
  readonly overrides: readonly { readonly includes: readonly string[]; readonly linter: { rules: BiomeRules } }[];
}

const configuration: BiomeConfiguration = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));

/** Returns the paths for which an override switches a rule off, except the tests' own. */
function exemptFrom(rule: string): readonly string[] {
  return configuration.overrides
    .filter(({ linter }) => [linter.rules.complexity, linter.rules.style].some((rules) => rules?.[rule] === 'off'))
    .flatMap(({ includes }) => includes)
    .filter((path) => path.endsWith('.ts'));
}

/** Returns the listed files that break a rule, by running the linter with the limits and no exception. */
function filesOver(rule: string, files: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-sizes-'));
  try {
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ linter: { rules: limits } }));
    const options = ['lint', `--config-path=${folder}`, '--reporter=github', '--max-diagnostics=none'];
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), [...options, ...files], {
      cwd: root,
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter((line) => line.includes(`/${rule},`));
    return files.filter((file) => lines.some((line) => line.includes(`file=${file},`) || line.includes(`/${file},`)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('lint limits a file to 300 lines, a function to 60 lines and its parameters to four', () => {
  expect(configuration.linter.rules).toMatchObject(limits);
});

for (const [rule, files] of Object.entries(exceptions)) {
  it(`${rule} exempts the listed files and no others`, () => {
    expect([...exemptFrom(rule)].sort()).toEqual([...files].sort());
  });

  it(`${rule} is broken by every file that it exempts`, () => {
    const over = filesOver(rule, files);
    expect(files.filter((file) => !over.includes(file))).toEqual([]);
  });
}
