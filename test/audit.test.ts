import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the audit with an npm that prints `said` and ends with `status`. */
function audit(said: string, status: number) {
  const npm = join(folder, 'npm');
  writeFileSync(npm, `#!/bin/sh\ncat <<'SAID' >&2\n${said}\nSAID\nexit ${status}\n`);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { stdout, status: ended } = spawnSync('.ci/audit', { encoding: 'utf8', env });
  return { stdout, status: ended };
}

describe('npm run audit', () => {
  it('passes where the registry knows of nothing', () => {
    expect(audit('found 0 vulnerabilities', 0)).toEqual({ stdout: 'found 0 vulnerabilities\n', status: 0 });
  });

  it('fails, and prints what npm found, where the registry knows of something', () => {
    const found = '# npm audit report\n\nyaml  <1.0.0\nSeverity: high\n\n1 high severity vulnerability';
    expect(audit(found, 1)).toEqual({ stdout: `${found}\n`, status: 1 });
  });

  it.each([
    ['npm warn audit 405 Method Not Allowed - POST /advisories\n\nnpm error audit endpoint returned an error', '405'],
    ['npm error code ENOTFOUND\nnpm error network request failed', 'ENOTFOUND'],
  ])('says in one line that nothing was checked where the registry does not answer', (said, why) => {
    const { stdout, status } = audit(said, 1);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^npm audit: no answer from the registry, .* not checked \\(.*${why}.*\\)\n$`));
  });
});
