import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { isLike, quoted, securityTable } from '../lib/security-page.ts';
import { deployed, deploymentNames } from '../support/deployment.ts';
import { cfnLint, checkov, type Finding, parliament } from './linters.ts';

const outdirs = new Map(deploymentNames.map((name) => [name, deployed(name).outdir]));
const templates = [...outdirs.values()].flatMap((outdir) =>
  globSync('*.template.json', { cwd: outdir }).map((file) => join(outdir, file)),
);

describe.each([
  ['cfn-lint', cfnLint],
  ['checkov', checkov],
  ['parliament', parliament],
])('%s', (linter, lint) => {
  const rows = securityTable(linter).map(([id, where, reason]) => ({
    id: quoted(id!)[0]!,
    patterns: quoted(where!),
    reason: reason!,
  }));
  let found: readonly Finding[] = [];
  beforeAll(async () => {
    found = await lint(templates);
  });

  it.each(deploymentNames)('finds nothing in the templates of %s that docs/security.md gives no reason for', (name) => {
    const unlisted = found
      .filter(({ file }) => file.startsWith(outdirs.get(name)!))
      .filter(({ id, where }) => !rows.some((row) => row.id === id && row.patterns.some((one) => isLike(one, where))));
    expect(unlisted).toEqual([]);
  });

  it('finds each thing that docs/security.md gives a reason for', () => {
    const stale = rows.flatMap(({ id, patterns, reason }) => [
      ...patterns
        .filter((pattern) => !found.some((each) => each.id === id && isLike(pattern, each.where)))
        .map((pattern) => `${id} ${pattern}`),
      ...(reason.length > 0 ? [] : [`${id} without a reason`]),
    ]);
    expect(rows.length).toBeGreaterThan(0);
    expect(stale).toEqual([]);
  });
});
