import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOfDeployment, deploymentTables } from '../../bench/cost/deployments.ts';
import { withTables } from '../../bench/cost/tables.ts';
import { deploymentSchema } from '../../settings/deployment.ts';
import { loadSettingsFile } from '../../settings/file.ts';
import { deployed, deploymentNames, settingsFileOf } from '../support/deployment.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('docs/deploy.md');
/** CDK takes its time where others work too. */
const synthMs = 120_000;

describe('docs/deploy.md', () => {
  it('has every table as the templates say; if not: node bench/cost/deployments.ts docs/deploy.md', {
    timeout: synthMs,
  }, () => {
    expect(withTables(page, deploymentTables())).toBe(page);
  });

  it('is about every deployment that there is a file for', () => {
    const files = globSync('docs/deployments/*.yaml', { cwd: root }).map((file) => basename(file, '.yaml'));
    expect(files.sort()).toEqual([...deploymentNames].sort());
    for (const name of deploymentNames) expect(page).toContain(`[${name}.yaml](deployments/${name}.yaml)`);
  });

  it('names outputs that the stacks print', () => {
    const { outputs } = deployed('minimal');
    for (const output of ['ClusterArn', 'ShipperSecret', 'AlertsTopic', 'AlarmsTopic', 'ApiUrl']) {
      expect(page).toContain(`\`${output}\``);
      expect(outputs).toContain(output);
    }
  });

  it('says what a further day costs that the state can be restored', () => {
    const aDay = (name: 'minimal' | 'production'): string => {
      const { restoreDays } = loadSettingsFile(settingsFileOf(name)).deployment;
      const usdOf = (days: number) => billOfDeployment(name, { restoreDays: days }).usd;
      return `$${(usdOf(restoreDays + 1) - usdOf(restoreDays)).toFixed(2)}`;
    };
    expect(page).toContain(`Each day costs production ${aDay('production')} a month, minimal ${aDay('minimal')}.`);
  });

  it('says how much concurrency is held', () => {
    const heldIn = (name: (typeof deploymentNames)[number]): number =>
      [...deployed(name).resources.values()].reduce(
        (sum, { Properties }) => sum + (Properties?.ReservedConcurrentExecutions ?? 0),
        0,
      );
    expect(page).toContain(`(${heldIn('minimal')} by default, ${heldIn('production')} in \`production.yaml\`)`);
  });

  it('shows an example that type checks, and synthesises', { timeout: synthMs }, () => {
    const [, example] = /```ts\n([\s\S]*?)```/.exec(page)!;
    const file = join(root, 'test/support/deploy-example.ts');
    expect(readFileSync(file, 'utf8').replace("'../../lib/index.ts'", "'offbeat'")).toBe(example);
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-example-'));
    try {
      writeFileSync(join(folder, 'offbeat.yaml'), 'cluster:\n  name: prod\n');
      const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
      const env = { ...process.env, CDK_OUTDIR: join(folder, 'out'), CDK_CONTEXT_JSON: context };
      execFileSync(process.execPath, [file], { cwd: folder, env });
      const template = JSON.parse(readFileSync(join(folder, 'out/Alerting.template.json'), 'utf8'));
      const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
      expect(types).toContain('AWS::OpenSearchService::Domain');
      expect(types).not.toContain('AWS::MSK::Cluster');
      expect(readFileSync(join(folder, 'offbeat.layout.json'), 'utf8')).toContain('offbeat.samples');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the deployment part of the settings', () => {
  const keys = Object.keys(deploymentSchema.shape);

  it('has every key in the table of docs/settings.md, and no other', () => {
    const rows = [...read('docs/settings.md').matchAll(/^\| `deployment\.(\w+)/gm)].map(([, key]) => key!);
    expect([...new Set(rows)]).toEqual(keys);
  });

  it('has every key in docs/offbeat.example.yaml', () => {
    const example = read('docs/offbeat.example.yaml').split(/^deployment:/m)[1]!;
    expect(keys.filter((key) => !new RegExp(`^ {2}${key}:`, 'm').test(example))).toEqual([]);
  });

  it('is in the example what stands there without it, but for what is marked as an example', () => {
    const { vpc, kafka, domain, key, alertTopic, alarmTopic, analysts, ...defaults } = loadSettingsFile(
      join(root, 'docs/offbeat.example.yaml'),
    ).deployment;
    const { partitions, ...rest } = defaults;
    const none = deploymentSchema.parse({});
    expect({ ...none, ...rest }).toEqual(none);
    expect([vpc, kafka, domain, key, alertTopic, alarmTopic, analysts[0], partitions.samples]).not.toContain(undefined);
  });
});
