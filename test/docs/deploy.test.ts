import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { billOfDeployment } from '../../bench/cost/deployments.ts';
import packageJson from '../../package.json' with { type: 'json' };
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

  it('names the versions of Node, of the package and of CDK’s command line that an app of its own needs', () => {
    const { version, engines, devDependencies } = packageJson;
    expect(page).toContain(`You need Node ${engines.node.replace('>=', '')} or newer`);
    expect(page).toContain(`npm install ../offbeat/offbeat-${version}.tgz`);
    expect(page).toContain(`aws-cdk@${devDependencies['aws-cdk']}\n`);
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
    expect(page).toContain(
      `(${heldIn('production')} in \`production.yaml\`, ${heldIn('minimal')} in\n\`minimal.yaml\`)`,
    );
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

  it('has its default in the example, unless the key is an example of what a user has', () => {
    const ofUsers = ['vpc', 'kafka', 'domain', 'key', 'alertTopic', 'alarmTopic', 'analysts', 'prefix'] as const;
    // The size decides these.
    const bySize = ['reserveConcurrency', 'window', 'partitions', 'metrics'] as const;
    const example = loadSettingsFile(join(root, 'docs/offbeat.example.yaml')).deployment;
    const none = deploymentSchema.parse({});
    const differing = keys.filter(
      (key) => !isDeepStrictEqual(example[key as keyof typeof example], none[key as keyof typeof none]),
    );
    expect(differing.sort()).toEqual([...ofUsers, ...bySize].sort());
  });
});
