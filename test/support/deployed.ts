import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import type { PartitionCounts } from '../../functions/shared/domain/topics.ts';
import type { AlarmSpec } from '../../lib/constructs/alarms.ts';
import { deploy } from '../../lib/deployment/deploy.ts';
import { partitionCounts } from '../../lib/deployment/settings.ts';
import { loadSettingsFile } from '../../local/settings-file.ts';

const root = join(import.meta.dirname, '../..');

/** The files of `docs/deployments/`, in the order of docs/deploy.md. */
export const deploymentNames = ['minimal', 'production', 'bring-your-own', 'self-managed-kafka'] as const;
export type DeploymentName = (typeof deploymentNames)[number];

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever CloudFormation takes
  readonly Properties: any;
}

export interface Deployed {
  readonly resources: readonly Resource[];
  readonly alarms: readonly AlarmSpec[];
  readonly partitions: PartitionCounts;
}

const known = new Map<DeploymentName, Deployed>();

/** What `npx cdk deploy --context settings=docs/deployments/NAME.yaml` would deploy, without the functions' code. */
export function deployed(name: DeploymentName): Deployed {
  const made = known.get(name) ?? synthesise(name);
  known.set(name, made);
  return made;
}

function synthesise(name: DeploymentName): Deployed {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-deployed-'));
  try {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const app = new App({ outdir: join(folder, 'out'), context: { ...context, 'aws:cdk:bundling-stacks': [] } });
    const settingsFile = join(root, `docs/deployments/${name}.yaml`);
    const { offbeat, network, dataHub, state, functions } = deploy(app, {
      settingsFile,
      layoutFile: join(folder, 'layout.json'),
    });
    const assembly = app.synth();
    const stacks = [network, dataHub, state, functions].filter((stack): stack is Stack => stack !== undefined);
    const resources = stacks.flatMap(({ artifactId }): Resource[] =>
      Object.values(assembly.getStackArtifact(artifactId).template.Resources),
    );
    const { partitions } = loadSettingsFile(settingsFile).deployment;
    return { resources, alarms: offbeat.monitoring.specs, partitions: partitionCounts(partitions) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
