import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { offbeat } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('check-settings prints what the settings say of datasets and of log lines', async () => {
  const file = join(directory, 'offbeat.yaml');
  writeFileSync(
    file,
    'sources: [{ match: { dataset: "acme.*" }, dimensions: [acme.unit], ignore: ["acme.debug.*"] }]\n' +
      'logs: { redact: ["customer=[0-9]+"] }\n',
  );
  const { status, stdout } = await offbeat(['check-settings', file]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^sources {4}acme\.\*: dimensions acme\.unit, ignore acme\.debug\.\*$/m);
  expect(stdout).toMatch(/^logs {7}1 pattern left out of lines/m);
});

it('check-settings prints targets, and warns of a password that cannot be read here', async () => {
  const file = join(directory, 'targets.yaml');
  writeFileSync(
    file,
    'collect: [{ target: "moosefs://mfsmaster", period: 10s }, { target: "kafka://ada@b", password: "env:NOT_SET" }]\n',
  );
  const { status, stdout, stderr } = await offbeat(['check-settings', file]);
  expect([status, stderr]).toEqual([
    0,
    expect.stringContaining('warning: collect, kafka://b:9092: secret env:NOT_SET'),
  ]);
  expect(stdout).toMatch(/^collect {4}moosefs:\/\/mfsmaster:9421 every 10s, kafka:\/\/b:9092 every 30s$/m);
});
