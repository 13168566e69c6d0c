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

/** Returns what `check-settings` answers to a file. */
async function checked(text: string) {
  const file = join(directory, 'checked.yaml');
  writeFileSync(file, text);
  return await offbeat(['check-settings', file]);
}

it('check-settings prints for which series peers are off', async () => {
  const { stdout } = await checked(
    'catalogue: [{ match: { metric: "moosefs.*", entity: "local/chunkserver/cs-6" }, peers: off }, { match: {}, floor: 1 }]\n',
  );
  expect(stdout).toMatch(/^peers {6}compared as in the catalogue, but off for moosefs\.\* local\/chunkserver\/cs-6$/m);
  expect((await checked('')).stdout).toMatch(/^peers {6}compared as in the catalogue$/m);
});

it('check-settings warns of entries that match nothing', async () => {
  const { status, stderr } = await checked(
    [
      'cluster: { name: prod, hosts: [{ match: "t*", cluster: test }] }',
      'catalogue: [{ match: { entity: "host/db-*" }, ignore: true }, { match: { entity: "*/db-1" }, ignore: true }]',
      'edges: [{ from: "prod/host/web-*", to: "prod/host/db" }, { from: "prod/host/a", to: "prod/host/b" }]',
      'noData: { ignore: [node-a, "node-*", "prod/topic/*", "*node-b", "test/*", "recorded/host/a", "prod/host/*"] }',
    ].join('\n'),
  );
  expect(status).toBe(0);
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/; .*/, '')),
  ).toEqual([
    'warning: catalogue[0].match.entity: "host/db-*" matches no entity',
    'warning: edges[0].from: "prod/host/web-*" is no glob: it is the name of one entity',
    'warning: noData.ignore[0]: "node-a" matches no entity that is missed',
    'warning: noData.ignore[1]: "node-*" matches no entity that is missed',
    'warning: noData.ignore[2]: "prod/topic/*" matches no entity that is missed',
  ]);
  expect(stderr).toContain(
    '; expected cluster/kind/name, such as prod/host/*, with a kind of host, broker, chunkserver',
  );
});

it('check-settings warns of a limit in percent for a metric that is a share, as nothing would say that the disk is full', async () => {
  const limitOf = (metric: string, bound: number) => `{ match: { metric: ${metric} }, limit: { above: ${bound} } }`;
  const { status, stderr } = await checked(
    `catalogue: [${limitOf('system.filesystem.used.pct', 90)}, ${limitOf('system.filesystem.used.pct', 0.8)}, ${limitOf('system.load.1', 90)}]\n`,
  );
  expect(status).toBe(0);
  expect(stderr).toBe(
    'warning: catalogue[0].limit: system.filesystem.used.pct is a share, 1 at most, and never above 90; 90 % is 0.9\n',
  );
});

it('check-settings refuses an override that changes nothing', async () => {
  const { status, stderr } = await checked('catalogue: [{ match: { metric: "system.*" } }]\n');
  expect(status).toBe(2);
  expect(stderr).toContain(
    'catalogue[0]: expected floor, relativeFloor, direction, sensitivity, limit, peers, ignore or runbook',
  );
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
