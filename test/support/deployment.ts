import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json' with { type: 'json' };
import { type Deployment, deploy } from '../../lib/deployment/deploy.ts';

/** Those of docs/deployments, which docs/deploy.md tells of. */
export const deployments = ['minimal', 'production', 'bring-your-own', 'self-managed-kafka'] as const;
export type DeploymentName = (typeof deployments)[number];

export const settingsFileOf = (name: DeploymentName): string =>
  join(import.meta.dirname, `../../docs/deployments/${name}.yaml`);

const directory = mkdtempSync(join(tmpdir(), 'offbeat-layouts-'));
let layouts = 0;

/** A file of its own, that is not there. */
export function freshLayoutFile(): string {
  layouts += 1;
  return join(directory, `${layouts}.json`);
}

/** An app with the context of cdk.json, which bundles nothing: what is looked at is its templates. */
export function testApp(): App {
  return new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });
}

export interface Synthesised extends Deployment {
  /** By stack. */
  readonly templates: ReadonlyMap<Stack, Template>;
  /** Of the stack of functions. */
  readonly template: Template;
}

/** @param settings YAML, or the name of one of docs/deployments */
export function synthesise(settings: string, layoutFile = freshLayoutFile()): Synthesised {
  const isName = (deployments as readonly string[]).includes(settings);
  const settingsFile = isName ? settingsFileOf(settings as DeploymentName) : fileOf(settings);
  const deployment = deploy(testApp(), { settingsFile, layoutFile });
  const stacks = [deployment.network, deployment.dataHub, deployment.state, deployment.functions];
  const templates = new Map(stacks.flatMap((stack) => (stack ? [[stack, Template.fromStack(stack)] as const] : [])));
  return { ...deployment, templates, template: templates.get(deployment.functions)! };
}

function fileOf(text: string): string {
  const file = join(directory, 'offbeat.yaml');
  writeFileSync(file, text);
  return file;
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
  readonly Properties?: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** Of all stacks, by stack and logical id. */
export function resourcesOf(templates: ReadonlyMap<Stack, Template>): Map<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const [stack, template] of templates) {
    for (const [id, resource] of Object.entries<Resource>(template.toJSON().Resources ?? {})) {
      resources.set(`${stack.stackName}/${id}`, resource);
    }
  }
  return resources;
}
