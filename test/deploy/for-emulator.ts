import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A template of CloudFormation, as far as it is looked at here. */
export interface DeployedTemplate {
  Resources?: Record<string, Resource>;
  [section: string]: unknown;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  [part: string]: unknown;
}

/** What MiniStack takes in the place of a resource that it does not know: it has no properties, and a name. */
const placeholder = 'AWS::CloudFormation::WaitConditionHandle';

/** What MiniStack 1.5.33 refuses, and nothing that a function needs on loopback. */
const unknownTypes = new Set([
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::NatGateway',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  // Takes the rules of a network's default group away, by an EC2 client that no function has here.
  'Custom::VpcRestrictDefaultSG',
]);

/** Variables of functions that stand for others, or for none: only those that a function has are replaced. */
export type Variables = Readonly<Record<string, string | null>>;

/**
 * Makes templates fit for MiniStack, in place.
 * @param assembly the folder that an app was synthesised into
 */
export function rewriteForEmulator(assembly: string, variables: Variables = {}): void {
  for (const name of readdirSync(assembly, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.template.json')) continue;
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as DeployedTemplate;
    writeFileSync(file, withPlainHttp(JSON.stringify(forEmulator(template, variables), null, 1)));
  }
}

/** Policies that refuse plain http, of which an emulator on loopback has no other, refuse nobody. @param text of a template */
export const withPlainHttp = (text: string): string =>
  text.replaceAll(/(aws:SecureTransport"?: )"false"/g, '$1"never"');

/** @returns a new template; what MiniStack knows is as it was */
export function forEmulator(template: DeployedTemplate, variables: Variables = {}): DeployedTemplate {
  const resources = Object.entries(template.Resources ?? {}).map(
    ([id, resource]) => [id, withVariables(known(resource), variables)] as const,
  );
  if (resources.length === 0) return template;
  const rewritten = { ...template, Resources: Object.fromEntries(resources) };
  return withReferences(rewritten, rewritten.Resources) as DeployedTemplate;
}

function known(resource: Resource): Resource {
  if (unknownTypes.has(resource.Type)) {
    const { Properties: _, ...rest } = resource;
    return { ...rest, Type: placeholder };
  }
  if (resource.Type === 'AWS::DynamoDB::GlobalTable') return singleTable(resource);
  if (resource.Type === 'AWS::CloudWatch::CompositeAlarm') return plainAlarm(resource, {});
  const metrics = resource.Properties?.Metrics;
  if (resource.Type === 'AWS::CloudWatch::Alarm' && Array.isArray(metrics))
    return plainAlarm(resource, { ...first(metrics) });
  return resource;
}

function withVariables(resource: Resource, variables: Variables): Resource {
  const environment = resource.Properties?.Environment as { Variables?: Record<string, unknown> } | undefined;
  if (resource.Type !== 'AWS::Lambda::Function' || environment?.Variables === undefined) return resource;
  const replaced = Object.entries(environment.Variables).flatMap(([name, value]) => {
    const instead = variables[name];
    if (instead === null) return [];
    return [[name, instead ?? value]];
  });
  const properties = { ...resource.Properties, Environment: { Variables: Object.fromEntries(replaced) } };
  return { ...resource, Properties: properties };
}

/** A change of a global table is a new table to it, under a new name; with one replica a plain table is the same. */
function singleTable(resource: Resource): Resource {
  const { Replicas, ...properties } = resource.Properties ?? {};
  const [replica] = Replicas as readonly Record<string, unknown>[];
  const { Region: _, ...ofReplica } = replica!;
  return { ...resource, Type: 'AWS::DynamoDB::Table', Properties: { ...properties, ...ofReplica } };
}

interface MetricQuery {
  readonly MetricStat?: { readonly Metric?: object; readonly Period?: number; readonly Stat?: string };
}

function first(metrics: readonly MetricQuery[]): Record<string, unknown> {
  const stat = metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
  return { ...stat?.Metric, Period: stat?.Period, Statistic: stat?.Stat };
}

/** It knows alarms on one metric alone; dashboards and actions refer to the alarm, so that there must be one. */
function plainAlarm(resource: Resource, metric: Record<string, unknown>): Resource {
  const { Metrics: _metrics, AlarmRule: _rule, ...rest } = resource.Properties ?? {};
  const defaults = { MetricName: 'none', Namespace: 'none', Period: 60, Statistic: 'Sum', EvaluationPeriods: 1 };
  const threshold = { ComparisonOperator: 'GreaterThanThreshold', Threshold: 1 };
  const properties = { ...defaults, ...threshold, ...rest, ...withoutUndefined(metric) };
  return { ...resource, Type: 'AWS::CloudWatch::Alarm', Properties: properties };
}

const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/**
 * `Fn::GetAtt` of a network's range, which it has no answer to, becomes the range; `Ref` of a secret, which is a name to
 * it where the secret has one, becomes its ARN.
 */
function withReferences(part: unknown, resources: Readonly<Record<string, Resource>>): unknown {
  if (Array.isArray(part)) return part.map((item) => withReferences(item, resources));
  if (typeof part !== 'object' || part === null) return part;
  const [id, attribute] = referenceIn(part);
  const { Type, Properties } = resources[id] ?? {};
  if (Type === 'AWS::EC2::VPC' && attribute === 'CidrBlock') return Properties?.CidrBlock;
  if (Type === 'AWS::SecretsManager::Secret' && attribute === undefined) return { 'Fn::GetAtt': [id, 'Id'] };
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, withReferences(value, resources)]));
}

function referenceIn(part: object): readonly [id: string, attribute?: string] {
  if ('Ref' in part && typeof part.Ref === 'string') return [part.Ref];
  if ('Fn::GetAtt' in part && Array.isArray(part['Fn::GetAtt'])) return [part['Fn::GetAtt'][0], part['Fn::GetAtt'][1]];
  return [''];
}
