import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { BUNDLING_STACKS, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { afterAll } from 'vitest';
import { deploy } from '../../lib/deployment/deploy.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/deployments');

/** Of the settings in docs/deployments, by which a team chooses. */
export const deploymentNames = readdirSync(folder).map((file) => basename(file, '.yaml'));

const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

export interface Synthesised {
  readonly app: App;
  /** Of its templates. */
  readonly outdir: string;
  readonly templates: ReadonlyMap<string, Template>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/** As `cdk synth` would, but without bundling the functions, whose code no template shows; to be called in a `describe`. */
export function synthDeployment(name: string): Synthesised {
  const temporary = mkdtempSync(join(tmpdir(), `offbeat-${name}-`));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));
  const outdir = join(temporary, name);
  const asTheCommandLine = { [PATH_METADATA_ENABLE_CONTEXT]: true, [BUNDLING_STACKS]: [] };
  const app = new App({ context: { ...context, ...asTheCommandLine }, outdir });
  deploy(app, { settingsFile: join(folder, `${name}.yaml`), layoutFile: join(temporary, 'layout.json') });
  const assembly = app.synth();
  return { app, outdir, templates: new Map(assembly.stacks.map((stack) => [stack.stackName, stack.template])) };
}

export const stacksOf = (app: App): Stack[] => app.node.children.filter((child) => Stack.isStack(child));
