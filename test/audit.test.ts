import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the audit with an npm that prints `printed` and ends with `status`. */
function audit(printed: string, status: number) {
  const npm = join(folder, 'npm');
  writeFileSync(npm, `#!/bin/sh\ncat <<'PRINTED' >&2\n${printed}\nPRINTED\nexit ${status}\n`);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { stdout, status: ended } = spawnSync('.ci/audit', { encoding: 'utf8', env });
  return { stdout, status: ended };
}

describe('npm run audit', () => {
  it('passes if the registry reports no vulnerability', () => {
    expect(audit('found 0 vulnerabilities', 0)).toEqual({ stdout: 'found 0 vulnerabilities\n', status: 0 });
  });

  it('fails, and prints what npm found, if the registry reports a vulnerability', () => {
    const found = '# npm audit report\n\nyaml  <1.0.0\nSeverity: high\n\n1 high severity vulnerability';
    expect(audit(found, 1)).toEqual({ stdout: `${found}\n`, status: 1 });
  });

  const ended = '\nnpm error audit endpoint returned an error';
  const bulk = 'http://127.0.0.1:9/-/npm/v1/security/advisories/bulk';

  it.each([
    [`npm warn audit 405 Method Not Allowed - POST ${bulk}${ended}`, '405'],
    [`npm warn audit 404 Not Found - POST ${bulk}${ended}`, '404'],
    [`npm warn audit 503 Service Unavailable - POST ${bulk} - x${ended}`, '503'],
    [`npm warn audit request to ${bulk} failed, reason: connect ECONNREFUSED 127.0.0.1:9${ended}`, 'ECONNREFUSED'],
    [`npm warn audit request to ${bulk} failed, reason: getaddrinfo EAI_AGAIN a.example${ended}`, 'EAI_AGAIN'],
    ['npm error code ENOTFOUND\nnpm error network request failed', 'ENOTFOUND'],
    ['npm error code ETIMEDOUT\nnpm error network request failed', 'ETIMEDOUT'],
    ['npm error code E503\nnpm error 503 Service Unavailable', 'E503'],
  ])('reports in one line that nothing was checked where the registry does not answer: %s', (printed, why) => {
    const { stdout, status } = audit(printed, 1);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^npm audit: no answer from the registry, .* not checked \\(.*${why}.*\\)\n$`));
  });

  it.each([
    ['there is no lock file', 'npm error code ENOLOCK\nnpm error audit This command requires an existing lockfile.'],
    ['package.json cannot be read', 'npm error code EJSONPARSE\nnpm error path /package.json'],
    ['the registry refuses the user', `npm warn audit 401 Unauthorized - POST ${bulk}${ended}`],
    ['npm fails without a word', ''],
    [
      'there is a result beside a warning',
      `npm warn audit 405 Method Not Allowed - POST ${bulk}\n# npm audit report\n\nyaml  <1.0.0\nSeverity: high`,
    ],
    [
      'there is a count beside a warning',
      `npm warn audit request to ${bulk} failed, reason: connect ECONNREFUSED 127.0.0.1:9\n1 high severity vulnerability`,
    ],
  ])('fails, and prints what npm printed, where %s', (_, printed) => {
    expect(audit(printed, 1)).toEqual({ stdout: `${printed}\n`, status: 1 });
  });
});
