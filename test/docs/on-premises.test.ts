import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AwsService, endpointVariable } from '../../functions/shared/connect/aws.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = ['docs/on-premises.md', 'docs/development.md'].map(read).join('\n');

const variables = (pattern: RegExp, ...globs: readonly string[]): Set<string> =>
  new Set(
    globSync([...globs], { cwd: root }).flatMap((file) => [...read(file).matchAll(pattern)].map(([, name]) => name!)),
  );

/** By its last letter: a template's `OFFBEAT_${service}` is none. */
const named = /\b(OFFBEAT_[A-Z0-9_]*[A-Z0-9])\b/g;
const endpoints = (['DYNAMODB', 'S3', 'SNS', 'SQS', 'SECRETS_MANAGER'] as const satisfies readonly AwsService[]).map(
  endpointVariable,
);

describe('docs/on-premises.md and docs/development.md', () => {
  it('tell of every variable that the code reads', () => {
    const ofCode = variables(named, 'functions/**/*.ts', 'local/**/*.ts', 'bin/**/*.ts', 'lib/**/*.ts');
    expect(ofCode.size).toBeGreaterThan(15);
    expect([...ofCode, ...endpoints].filter((name) => !pages.includes(`\`${name}\``))).toEqual([]);
  });

  it('tell of no variable that nobody reads', () => {
    const everywhere = variables(named, '{functions,local,bin,lib,test,bench}/**/*.ts');
    for (const name of endpoints) everywhere.add(name);
    const told = new Set([...pages.matchAll(/`(OFFBEAT_[A-Z0-9_]+)`/g)].map(([, name]) => name!));
    expect([...told].filter((name) => !everywhere.has(name))).toEqual([]);
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
