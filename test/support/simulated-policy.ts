import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../../functions/functions.ts';
import { policiesOf, type Statement } from '../templates/policies.ts';
import { resolve, type Template, type Templates } from '../templates/resolve.ts';
import { deployed, ofType } from './deployment.ts';

/** The resources that are asked about: the objects in the bucket, the table of the ledger, and the topic of summaries. */
export type SimulatedResource = 'BUCKET' | 'TABLE' | 'TOPIC';

const minimal = (): Templates =>
  Object.fromEntries(
    deployed('minimal').stacks.map(({ stackName, artifactId }) => [
      stackName,
      JSON.parse(readFileSync(join(deployed('minimal').outdir, `${artifactId}.template.json`), 'utf8')) as Template,
    ]),
  );

/**
 * Returns what IAM's simulation answers for a function of the minimal deployment, by the policy of its role alone.
 * @throws {Error} if the function has no policy, or the deployment no such resource
 */
export function decisionOf(name: FunctionName, action: string, resource: SimulatedResource): string {
  const templates = minimal();
  const policy = policiesOf(templates).find(({ where }) => where.startsWith(`OffbeatStages${name}RoleDefaultPolicy`));
  if (policy === undefined) throw new Error(`${name} has no policy`);
  const arn = arnOf(resource, templates);
  const matching = (policy.document.Statement as readonly Statement[]).filter(
    ({ Action, Resource }) => matches(Action, action) && matches(Resource, arn),
  );
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return matching.length > 0 ? 'allowed' : 'implicitDeny';
}

function arnOf(resource: SimulatedResource, templates: Templates): string {
  const [type, part] = {
    BUCKET: ['AWS::S3::Bucket', 'LedgerObjects'],
    TABLE: ['AWS::DynamoDB::Table', 'LedgerTable'],
    TOPIC: ['AWS::MSK::Cluster', 'Cluster'],
  }[resource] as [string, string];
  const place = ofType(deployed('minimal'), type).find(([name]) => name.includes(part))?.[0];
  if (place === undefined) throw new Error(`the deployment has no ${type}`);
  const [stack, id] = place.split('/') as [string, string];
  const arn = String(resolve({ 'Fn::GetAtt': [id, 'Arn'] }, stack, templates));
  if (resource === 'BUCKET') return `${arn}/x`;
  return resource === 'TOPIC' ? `${arn.replace(':cluster/', ':topic/')}/offbeat.summaries` : arn;
}

/** Returns whether a pattern of a policy, in which `*` stands for any text, matches a name. */
const matches = (patterns: string | readonly string[] | undefined, name: string): boolean =>
  [patterns ?? []].flat().some((pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(name));

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
