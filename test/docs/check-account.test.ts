import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions, quotaActions } from '../../bin/account/actions.ts';
import { openSearchRole } from '../../bin/account/judge-access.ts';
import { versionParameter } from '../../bin/account/judge-bootstrap.ts';
import { quotaFacts } from '../../bin/account/judge-limits.ts';

const read = (page: string): string => readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');

/** The policy for `check-account` in docs/deploy.md. */
const policy = JSON.parse(/```json\n([^`]*sts:GetCallerIdentity[^`]*)```/.exec(read('deploy.md'))![1]!) as {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
};

describe('the policy for check-account in docs/deploy.md', () => {
  it('allows the actions that the command calls, and no other', () => {
    const allowed = policy.Statement.flatMap(({ Action }) => Action);
    expect(allowed.sort()).toEqual([...Object.values(actions), ...Object.values(quotaActions)].sort());
  });

  it('names the role and the parameter that the command reads', () => {
    const resources = policy.Statement.flatMap(({ Resource }) => Resource).join(' ');
    expect(resources).toContain(`/${openSearchRole}`);
    expect(resources).toContain(`:parameter${versionParameter('*')}`);
  });
});

it('docs/cli.md has a row for each check', () => {
  const section = read('cli.md').split('## check-account')[1]!.split('\n## ')[0]!;
  const rows = [...section.matchAll(/^\| `([a-z ]+)` /gm)].map(([, name]) => name);
  const quotas = Object.values(quotaFacts).map(({ check }) => check);
  const others = [
    'region',
    'bootstrap',
    'stacks',
    'protection',
    'changes',
    'endpoints',
    'machines',
    'zones',
    'role',
    'concurrency',
    'log policies',
    'secrets',
  ];
  for (const name of [...quotas, ...others]) expect(rows).toContain(name);
});
