import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonPackage } from '../real/servers/artifacts.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';

const version = '4.32.5';
/** The seconds of the run. `SCHEMATHESIS_SECONDS=300 npm run test:web` searches for longer. */
const seconds = Number(process.env.SCHEMATHESIS_SECONDS ?? 60);
/** The seed of its random numbers, to repeat a run that failed and printed it; another one each time by default. */
const seed = process.env.SCHEMATHESIS_SEED;

/**
 * The checks that are left out. A schema cannot say which texts are times, series or entities, nor which time is over: such a
 * request is refused with 400, in words.
 */
const leftOut = ['positive_data_acceptance'];

/** The statuses of a refusal: those that schemathesis knows by itself, and that of a body which is too long to be read. */
const refusals = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, '5xx'];
const config = `[checks.negative_data_rejection]\nexpected-statuses = ${JSON.stringify(refusals)}\n`;

const folder = mkdtempSync(join(tmpdir(), 'offbeat-schemathesis-'));
let offbeat: RunningOffbeat;
beforeAll(async () => {
  offbeat = await RunningOffbeat.start('{}\n');
});
afterAll(async () => {
  await offbeat.stop();
  rmSync(folder, { recursive: true });
});

it('no request that schemathesis makes from the OpenAPI document has an answer that the document does not describe, or a 5xx', {
  timeout: (seconds + 240) * 1_000,
}, async () => {
  const configFile = join(folder, 'schemathesis.toml');
  writeFileSync(configFile, config);
  const commands = await pythonPackage('schemathesis', version);
  const flags = ['--max-time', `${seconds}`, '--rate-limit', 'auto', '--no-color', '--exclude-checks', leftOut.join()];
  if (seed !== undefined) flags.push('--seed', seed);
  const args = [
    join(commands, 'schemathesis'),
    '--config-file',
    configFile,
    'run',
    `${offbeat.url}/api/openapi.json`,
    ...flags,
  ];
  const { status, output } = await new Promise<{ status: number; output: string }>((resolve) => {
    execFile(join(commands, 'python'), args, { cwd: folder, maxBuffer: 50_000_000 }, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    );
  });
  expect(output).toMatch(/Test cases:\s+\d{3,} generated/);
  expect({ status, failures: /=+ FAILURES =+[\s\S]*/.exec(output)?.[0] }).toEqual({ status: 0, failures: undefined });
});
