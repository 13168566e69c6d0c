import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnElement, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import cdk from '../../cdk.json' with { type: 'json' };
import { OffbeatFunction } from '../../lib/constructs/function.ts';
import { type Deployment, deploy } from '../../lib/deploy.ts';

/** The files of `docs/deployments/`, in the order of docs/deploy.md. */
export const deploymentNames = [
  'minimal',
  'no-warehouse',
  'production',
  'bring-your-own',
  'self-managed-kafka',
] as const;
export type DeploymentName = (typeof deploymentNames)[number];

export const settingsFileOf = (name: DeploymentName): string =>
  join(import.meta.dirname, `../../docs/deployments/${name}.yaml`);

const folder = mkdtempSync(join(tmpdir(), 'offbeat-deployments-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** Returns a path at which nothing exists. */
export function freshPath(name: string): string {
  made += 1;
  return join(folder, `${made}-${name}`);
}

/** A template as CDK's own assertions return it. */
type TemplatePart = ReturnType<Template['toJSON']>;

export interface Resource {
  readonly Type: string;
  readonly Properties: TemplatePart;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/**
 * A deployment and its templates, as `cdk synth` would write them, without the code of functions, which no template
 * shows.
 */
export interface Synthesised extends Deployment {
  readonly app: App;
  readonly stacks: readonly Stack[];
  /** The folder of the templates. */
  readonly outdir: string;
  /** The template of the stack of functions. */
  readonly template: Template;
  /** The resources of all stacks, by stack and logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** The names of the stacks' outputs. */
  readonly outputs: readonly string[];
}

/** @param settings YAML of an `offbeat.yaml` */
export function synthesise(settings: string, layoutFile?: string, name?: string): Synthesised {
  const settingsFile = freshPath('offbeat.yaml');
  writeFileSync(settingsFile, settings);
  return synthesiseFile(settingsFile, layoutFile, name);
}

const known = new Map<DeploymentName, Synthesised>();

/** Returns one of `docs/deployments/`. */
export function deployed(name: DeploymentName): Synthesised {
  const before = known.get(name) ?? synthesiseFile(settingsFileOf(name));
  known.set(name, before);
  return before;
}

function synthesiseFile(settingsFile: string, layoutFile = freshPath('layout.json'), name?: string): Synthesised {
  const asTheCommandLine = { [PATH_METADATA_ENABLE_CONTEXT]: true, [BUNDLING_STACKS]: [] };
  const app = new App({ outdir: freshPath('out'), context: { ...cdk.context, ...asTheCommandLine } });
  const deployment = deploy(app, { settingsFile, layoutFile, ...(name && { name }) });
  const { network, dataHub, state, functions } = deployment;
  const stacks = [network, ...(dataHub ? [dataHub] : []), state, functions];
  const assembly = app.synth();
  const templates = stacks.map(({ artifactId, stackName }) => {
    const { Resources = {}, Outputs = {} } = assembly.getStackArtifact(artifactId).template;
    return { stackName, resources: Object.entries<Resource>(Resources), outputs: Object.keys(Outputs) };
  });
  return {
    ...deployment,
    app,
    stacks,
    outdir: assembly.directory,
    template: Template.fromJSON(assembly.getStackArtifact(functions.artifactId).template),
    resources: new Map(
      templates.flatMap(({ stackName, resources }) => resources.map(([id, found]) => [`${stackName}/${id}`, found])),
    ),
    outputs: templates.flatMap(({ outputs }) => outputs),
  };
}

/** Returns the functions of all stacks. */
export const allFunctions = ({ app }: Synthesised): readonly OffbeatFunction[] =>
  app.node.findAll().filter((each) => each instanceof OffbeatFunction);

/** Returns the name of a resource's stack, and its logical id there. */
export function placeOf(element: CfnElement): { readonly stackName: string; readonly id: string } {
  const { stack } = element;
  return { stackName: stack.stackName, id: stack.resolve(element.logicalId) };
}

/** Returns the resources of a type, by stack and logical id. */
export function ofType({ resources }: Synthesised, type: string): [string, Resource][] {
  return [...resources].filter(([, resource]) => resource.Type === type);
}

/** The types of resources that must outlive every function. */
export const keeping: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::OpenSearchService::Domain',
  'AWS::MSK::Cluster',
];
