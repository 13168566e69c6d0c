import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import type { PartitionCounts } from '../../functions/shared/domain/topics.ts';
import type { AlarmSpec } from '../../lib/constructs/alarms.ts';
import { type Deployment, deploy } from '../../lib/deployment/deploy.ts';
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
  /** Names of what the stacks print. */
  readonly outputs: readonly string[];
  readonly partitions: PartitionCounts;
}

const known = new Map<DeploymentName, Deployed>();

/** What `npx cdk deploy --context settings=docs/deployments/NAME.yaml` would deploy, without the functions' code. */
export function deployed(name: DeploymentName): Deployed {
  const made = known.get(name) ?? inFolder((folder) => synthesise(name, folder));
  known.set(name, made);
  return made;
}

/** Its alarms alone, which takes no synth. */
export function alarmsOf(name: DeploymentName): readonly AlarmSpec[] {
  return inFolder((folder) => construct(name, folder).deployment.offbeat.monitoring.specs);
}

function synthesise(name: DeploymentName, folder: string): Deployed {
  const { app, deployment } = construct(name, folder);
  const { network, dataHub, state, functions } = deployment;
  const assembly = app.synth();
  const stacks = [network, dataHub, state, functions].filter((stack): stack is Stack => stack !== undefined);
  const templates = stacks.map(({ artifactId }) => assembly.getStackArtifact(artifactId).template);
  return {
    resources: templates.flatMap(({ Resources }): Resource[] => Object.values(Resources)),
    outputs: templates.flatMap(({ Outputs = {} }) => Object.keys(Outputs)),
    partitions: partitionCounts(loadSettingsFile(settingsFileOf(name)).deployment.partitions),
  };
}

function construct(name: DeploymentName, folder: string): { readonly app: App; readonly deployment: Deployment } {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const app = new App({ outdir: join(folder, 'out'), context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const options = { settingsFile: settingsFileOf(name), layoutFile: join(folder, 'layout.json') };
  return { app, deployment: deploy(app, options) };
}

const settingsFileOf = (name: DeploymentName): string => join(root, `docs/deployments/${name}.yaml`);

function inFolder<Made>(make: (folder: string) => Made): Made {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-deployed-'));
  try {
    return make(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
