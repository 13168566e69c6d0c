import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettingsFile } from '../../settings/file.ts';
import { knownKeys } from '../../settings/schema.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'settings.md'), 'utf8');
const { written, deployment } = loadSettingsFile(join(docs, 'offbeat.example.yaml'));

/** The keys of each part, as the page lists them: `alerts.groupWait`, or `receivers` for a list. */
const keys = knownKeys([])
  .filter((part) => part !== 'deployment')
  .flatMap((part) => {
    const inside = knownKeys([part]);
    return inside.length === 0 ? [part] : inside.map((key) => `${part}.${key}`);
  });

function hasKey(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  return typeof value === 'object' && value !== null && first in value && hasKey(Reflect.get(value, first), rest);
}

describe('docs/settings.md', () => {
  it('has a row for each key outside the part `deployment`, in the order of the schema', () => {
    const [table] = page.slice(page.indexOf('| key')).split('\n\n');
    expect([...table!.matchAll(/^\| `([\w.]+)`/gm)].map(([, key]) => key)).toEqual(keys);
  });

  it('names each kind of receiver with its options', () => {
    const [, row] = /^\| `receivers` +\|(.*)$/m.exec(page)!;
    const kinds = knownKeys(['receivers', 0]).filter((key) => key !== 'name');
    expect(kinds).toContain('webhook');
    const words = kinds.flatMap((kind) => [kind, ...knownKeys(['receivers', 0, kind])]);
    expect(words.filter((word) => !new RegExp(`\`${word}\\b`).test(row!))).toEqual([]);
  });
});

describe('docs/offbeat.example.yaml', () => {
  it('has each key outside the part `deployment`', () => {
    expect(keys.filter((key) => !hasKey(written, key.split('.')))).toEqual([]);
  });

  it('has the partitions of each topic', () => {
    const roles = knownKeys(['deployment', 'partitions']);
    expect(roles).toContain('beats');
    expect(Object.keys(deployment.partitions)).toEqual(roles);
  });

  it('has a receiver of each kind', () => {
    const { receivers } = written as { readonly receivers: readonly object[] };
    expect(new Set(receivers.flatMap(Object.keys))).toEqual(new Set(knownKeys(['receivers', 0])));
  });
});
