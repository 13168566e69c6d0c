import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { settingsInForce } from '../../functions/api/queries/settings.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { loadSettings } from '../../settings/file.ts';
import { locatedSettings } from '../../settings/located.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-located-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'offbeat.yaml');
writeFileSync(
  file,
  `cluster: { name: prod }
alerts:
  groupWait: 20s
receivers:
  - name: pager
    webhook: { url: "https://hooks.example.com/T0/secret-path", secret: "env:PAGER_SECRET" }
`,
);
const token = 'a-token-of-16-or-more';
const settingsSource = locatedSettings(file, { OFFBEAT_VIEWER_TOKEN: token });
const inForce = async () => (await settingsInForce({ settings: loadSettings(file), settingsSource })).entries;

it('each setting has its value as a file has it, its line or that it is a default, and what it means', async () => {
  const entries = new Map((await inForce()).map((entry) => [entry.path, entry]));
  expect(entries.get('alerts.groupWait')).toMatchObject({ value: '20s', source: 'file', line: 3 });
  expect(entries.get('alerts.groupInterval')).toMatchObject({ value: '5m', source: 'default' });
  expect(entries.get('alerts.groupWait')!.description).toContain('How long an alert waits');
  expect(entries.get('cluster.name')).toMatchObject({ value: 'prod', source: 'file', line: 1 });
  expect(entries.get('collect')).toMatchObject({ value: [], source: 'default' });
});

it('no secret and no address of a webhook is shown, but whether it is set', async () => {
  const entries = await inForce();
  const text = JSON.stringify(entries);
  expect(text).not.toMatch(/secret-path|a-token-of/);
  expect(entries.find(({ path }) => path === 'receivers.pager.secret')).toMatchObject({ value: null, isSecret: true });
  const tokens = entries.filter(({ source }) => source === 'environment');
  expect(tokens.map(({ variable, isSet }) => [variable, isSet])).toEqual([
    ['OFFBEAT_OPERATOR_TOKEN', false],
    ['OFFBEAT_VIEWER_TOKEN', true],
  ]);
});

it('without a file, what differs from the defaults was written', async () => {
  const settings = { ...defaultSettings, alerts: { ...defaultSettings.alerts, groupWait: 1_000 } };
  const { entries, file: none } = await settingsInForce({ settings });
  expect(none).toBeUndefined();
  expect(entries.filter(({ source }) => source === 'file').map(({ path }) => path)).toEqual(['alerts.groupWait']);
});
