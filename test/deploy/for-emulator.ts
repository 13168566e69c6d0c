import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of a CloudFormation template that are read here. */
export interface DeployedTemplate {
  Resources?: Record<string, Resource>;
  [section: string]: unknown;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  [part: string]: unknown;
}

/** The resource that MiniStack accepts in place of one that it does not know: it has no properties, and a name. */
const placeholder = 'AWS::CloudFormation::WaitConditionHandle';

/** The types that MiniStack 1.5.33 refuses, none of which a function needs on loopback. */
const unknownTypes = new Set([
  // Its pages for signing in have one look.
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::NatGateway',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  // Removes the rules of a network's default group, by an EC2 client that no function has here.
  'Custom::VpcRestrictDefaultSG',
  // MiniStack creates the role under another name than AWS does, and does not know the condition of the permission.
  'Custom::OffbeatServiceRole',
]);

/** The variables of functions that are replaced or removed; only variables that a function has are replaced. */
export type Variables = Readonly<Record<string, string | null>>;

/** Makes templates fit for MiniStack, in place. @param assembly the folder into which an app was synthesised */
export function rewriteForEmulator(assembly: string, variables: Variables = {}): void {
  for (const name of readdirSync(assembly, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.template.json')) continue;
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as DeployedTemplate;
    writeFileSync(file, withPlainHttp(JSON.stringify(forEmulator(template, variables), null, 1)));
  }
}

/**
 * Makes the policies that refuse plain http refuse no request, because an emulator on loopback has only plain http.
 * @param text the text of a template
 */
export const withPlainHttp = (text: string): string =>
  text.replaceAll(/(aws:SecureTransport"?: )"false"/g, '$1"never"');

/** @returns a new template; what MiniStack knows is unchanged */
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

/**
 * Turns a global table into a plain one, which is the same with one replica: MiniStack answers a change of a global
 * table with a new table under a new name.
 */
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

/**
 * Replaces an alarm by one on a single metric, which is all that MiniStack knows. Dashboards and actions refer to the
 * alarm, so that one must exist.
 */
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
 * Replaces `Fn::GetAtt` of a network's range, which MiniStack cannot answer, by the range, and `Ref` of a secret, which
 * it answers with the secret's name, by its ARN.
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
