import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  CfnResource,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  NestedStack,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { refusedChanges } from './compare.ts';
import { messageOf } from './messages.ts';
import { type RecordedResources, recordOf, type Template } from './record.ts';
import type { RefusedChange } from './refused-change.ts';
import type { RecordPlace, ResourceRecords } from './resource-records.ts';

/**
 * A validation of CDK that compares the resources below some constructs with their record, and refuses a synth that would
 * replace one of them. After a synth that every validation accepted, and without an error of an annotation, it replaces the
 * record.
 */
export class CreateOnlyProperties implements IPolicyValidationPlugin {
  readonly name = 'offbeat-create-only';
  readonly #constructs: readonly IConstruct[];
  readonly #records: ResourceRecords;
  readonly #recorded: RecordedResources;

  /** @throws {UsageError} if the record cannot be read */
  constructor(constructs: readonly IConstruct[], records: ResourceRecords) {
    this.#constructs = constructs;
    this.#records = records;
    this.#recorded = records.read() ?? {};
  }

  validate({ stackTemplates, appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = stackTemplates.map((each) => stackAt(appConstruct, each.stackConstructPath));
    const paths = new Map(stacks.flatMap(withNested).map((stack) => [nameOf(stack), pathOf(stack)]));
    const ours = new Set(this.#constructs.flatMap((each) => each.node.findAll()).flatMap(idOf));
    const current = recordOf([...paths].map(readTemplate), (id) => ours.has(id));
    const changes = refusedChanges(this.#recorded, current);
    // CDK runs the other validations after this one, and writes its report before the synth returns.
    if (changes.length === 0) queueMicrotask(() => this.#write(current, appConstruct));
    return {
      success: changes.length === 0,
      violations: changes.map((change) => violationOf(change, this.#records.place, paths)),
    };
  }

  #write(current: RecordedResources, app: IConstruct): void {
    if (!App.isApp(app) || !isAccepted(app.outdir) || isIncomplete(app.outdir)) return;
    if (this.#constructs.some((each) => hasError(Stack.of(each)))) return;
    try {
      this.#records.write(current);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      // The synth has returned, so nothing can catch an error any more. CDK itself fails a synth in this way.
      process.stderr.write(`offbeat: ${printable(error.message)}\n`);
      process.exitCode = 1;
    }
  }
}

/** Returns whether each validation of a synth succeeded, by the report that CDK writes. */
function isAccepted(outdir: string): boolean {
  type Report = { readonly pluginReports: readonly { readonly conclusion: string }[] };
  const report = JSON.parse(readFileSync(join(outdir, VALIDATION_REPORT_FILE), 'utf8')) as Report;
  return report.pluginReports.every(({ conclusion }) => conclusion === 'success');
}

/** Returns whether `cdk` still looks values up, such as zones, for which templates have placeholders. It synthesises again after that. */
function isIncomplete(outdir: string): boolean {
  const { missing = [] } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as { missing?: unknown[] };
  return missing.length > 0;
}

/** Returns whether a stack has an annotation with which `cdk synth` and `cdk deploy` fail, after the synth itself has passed. */
const hasError = (stack: Stack): boolean =>
  stack.node.findAll().some(({ node }) => node.metadata.some(({ type }) => type === ArtifactMetadataEntryType.ERROR));

const stackAt = (app: IConstruct, path: string): Stack =>
  app.node.findAll().find((each) => Stack.isStack(each) && each.node.path === path) as Stack;

/** Returns a stack and the stacks that are nested in it. */
const withNested = (stack: Stack): Stack[] => [
  stack,
  ...stack.node.findAll().filter((each): each is NestedStack => NestedStack.isNestedStack(each) && each !== stack),
];

/** Returns the name of a stack. That of a nested one is a token, so it is named by its place in the stack around it. */
function nameOf(stack: Stack): string {
  const { nestedStackParent: around, nestedStackResource: resource } = stack;
  if (around === undefined || resource === undefined) return stack.stackName;
  return `${nameOf(around)}/${around.resolve(resource.logicalId)}`;
}

const pathOf = (stack: Stack): string => join(Stage.of(stack)!.outdir, stack.templateFile);

const readTemplate = ([stackName, path]: readonly [string, string]): Template => ({
  ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Template, 'stackName'>),
  stackName,
});

function idOf(each: IConstruct): string[] {
  if (!CfnResource.isCfnResource(each)) return [];
  return [`${nameOf(each.stack)}/${each.stack.resolve(each.logicalId)}`];
}

function violationOf(
  change: RefusedChange,
  place: RecordPlace,
  templates: ReadonlyMap<string, string>,
): PolicyViolation {
  const end = change.id.lastIndexOf('/');
  const [stackName, logicalId] = [change.id.slice(0, end), change.id.slice(end + 1)];
  const { description, fix } = messageOf(change, place);
  const templatePath = templates.get(stackName);
  const resource = { resourceLogicalId: logicalId, ...(templatePath && { templatePath }) };
  const locations = 'property' in change ? [`Properties/${change.property}`] : [];
  // An acknowledgement would accept every later change as well.
  return {
    ...{ ruleName: change.kind, description, fix, severity: 'fatal' },
    violatingResources: [{ ...resource, locations }],
  };
}
