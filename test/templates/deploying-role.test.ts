import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { quoted } from '../lib/security-page.ts';
import { deployed, deploymentNames } from '../support/deployment.ts';
import { actionsToDeploy } from './provider-schemas.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
const [, listed = ''] = /^CloudFormation calls actions of these services: (.*)\.$/m.exec(page) ?? [];

const resources = deploymentNames.flatMap((name) => [...deployed(name).resources.values()]);
const types = [...new Set(resources.map(({ Type }) => Type))].sort();

describe('the role that deploys', () => {
  let actions: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    actions = await actionsToDeploy(types);
  });

  it('needs the services that docs/deploy.md lists, by the schemas of every resource type', () => {
    const services = [...actions.values()].flat().map((action) => action.split(':')[0]!.toLowerCase());
    expect(quoted(listed)).toEqual([...new Set(services)].sort());
  });

  it('needs rights of Kafka for topics of MSK, which no policy of a cluster gives it', () => {
    expect(actions.get('AWS::MSK::Topic')).toContain('kafka-cluster:CreateTopic');
  });

  it('needs no more for custom resources, the only types without a schema', () => {
    expect(types.filter((type) => !actions.has(type) && !type.startsWith('Custom::'))).toEqual([]);
  });
});
