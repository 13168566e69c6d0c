import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AwsService, endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = ['docs/on-premises.md', 'docs/development.md'].map(read).join('\n');

/** Returns the names that a pattern finds in the sources of some folders. */
const variables = (pattern: RegExp, folders: readonly string[]): Set<string> =>
  new Set(
    folders
      .flatMap((folder) => globSync('**/*.ts', { cwd: join(root, folder) }).map((file) => join(folder, file)))
      .flatMap((file) => [...read(file).matchAll(pattern)].map(([, name]) => name!)),
  );

/** A pattern for a variable's name. It ends with a letter: `OFFBEAT_${service}` in a template is no name. */
const named = /\b(OFFBEAT_[A-Z0-9_]*[A-Z0-9])\b/g;
const endpoints = (['DYNAMODB', 'S3', 'SNS', 'SQS', 'SECRETS_MANAGER'] as const satisfies readonly AwsService[]).map(
  endpointVariable,
);

describe('docs/on-premises.md and docs/development.md', () => {
  it('name every variable that the code reads', () => {
    const ofCode = variables(named, ['functions', 'local', 'bin', 'lib']);
    expect(ofCode.size).toBeGreaterThan(15);
    expect([...ofCode, ...endpoints].filter((name) => !pages.includes(`\`${name}\``))).toEqual([]);
  });

  it('name no variable that no code reads', () => {
    const everywhere = variables(named, ['functions', 'local', 'bin', 'lib', 'test', 'bench']);
    for (const name of endpoints) everywhere.add(name);
    const stated = new Set([...pages.matchAll(/`(OFFBEAT_[A-Z0-9_]+)`/g)].map(([, name]) => name!));
    expect([...stated].filter((name) => !everywhere.has(name))).toEqual([]);
  });

  it('name rights on Kafka as the test grants them that runs with no others', () => {
    const granted = read('test/real/servers/secured-kafka.ts');
    for (const [, prefix, operations] of granted.matchAll(/ResourceTypes\.\w+, '(offbeat[.-])', \[([A-Z_, ]+)\]/g)) {
      const row = pages.split('\n').find((line) => line.includes(`prefixed \`${prefix}\``))!;
      const words = row.toLowerCase();
      for (const operation of operations!.split(', ')) {
        expect(words).toContain(operation.toLowerCase().replace('_', ''));
      }
    }
  });
});

describe('the systemd unit of docs/on-premises.md', () => {
  const unit = /```ini\n(\[Unit\][^`]*)```/.exec(read('docs/on-premises.md'))![1]!;
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-unit-'));
  const file = join(folder, 'offbeat.service');
  writeFileSync(file, unit);
  afterAll(() => rmSync(folder, { recursive: true }));
  const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  const canAnalyze = analyze('--version').status === 0;

  it('makes files that only their owner can read, by its own lines and not only by the process', () => {
    expect(unit.split('\n')).toEqual(expect.arrayContaining(['StateDirectoryMode=0700', 'UMask=0077']));
  });

  // The status is 0 also for a line that it does not know.
  it.runIf(canAnalyze)('has no line that systemd does not know', () => {
    const { stderr, status } = analyze('verify', '--man=no', file);
    const ofUnit = stderr.split('\n').filter((line) => line.includes('offbeat.service:'));
    expect({ status, ofUnit }).toEqual({ status: 0, ofUnit: [] });
  });
});
