import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOfDeployment } from '../../bench/cost/deployments.ts';
import { deploymentSchema } from '../../settings/deployment.ts';
import { loadSettingsFile } from '../../settings/file.ts';
import { deployed, deploymentNames, settingsFileOf } from '../support/deployment.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('docs/deploy.md');

describe('docs/deploy.md', () => {
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

  it('contains the cost of each further day of restore', () => {
    const aDay = (name: 'minimal' | 'production'): string => {
      const { restoreDays } = loadSettingsFile(settingsFileOf(name)).deployment;
      const usdOf = (days: number) => billOfDeployment(name, { restoreDays: days }).usd;
      return `$${(usdOf(restoreDays + 1) - usdOf(restoreDays)).toFixed(2)}`;
    };
    expect(page).toContain(`Each day costs production ${aDay('production')} a month, minimal ${aDay('minimal')}.`);
  });

  it('contains the reserved concurrency', () => {
    const heldIn = (name: (typeof deploymentNames)[number]): number =>
      [...deployed(name).resources.values()].reduce(
        (sum, { Properties }) => sum + (Properties?.ReservedConcurrentExecutions ?? 0),
        0,
      );
    expect(page).toContain(`(${heldIn('minimal')} by default, ${heldIn('production')} in \`production.yaml\`)`);
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

  it('has the same value in the example, unless it is marked as an example', () => {
    const { vpc, kafka, domain, key, alertTopic, alarmTopic, analysts, ...defaults } = loadSettingsFile(
      join(root, 'docs/offbeat.example.yaml'),
    ).deployment;
    const { partitions, ...rest } = defaults;
    const none = deploymentSchema.parse({});
    expect({ ...none, ...rest }).toEqual(none);
    expect([vpc, kafka, domain, key, alertTopic, alarmTopic, analysts[0], partitions.samples]).not.toContain(undefined);
  });
});
