import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { isDeployed } from '../../functions/deployed-functions.ts';
import { functionNames } from '../../functions/functions.ts';
import { openSearchUrl } from '../../functions/shared/environment/server-variables.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { refusedChanges } from '../../lib/create-only/compare.ts';
import { messageOf } from '../../lib/create-only/messages.ts';
import { existingWarehouse, Network, Offbeat, type OffbeatProps, Warehouse } from '../../lib/index.ts';
import { deployed, ofType, type Resource } from '../support/deployment.ts';
import { currentRecord } from './create-only/project.ts';

const [without, minimal] = [deployed('no-warehouse'), deployed('minimal')];
const alarmsOf = ({ offbeat }: typeof without): string[] => offbeat.monitoring.specs.map(({ name }) => name);
const environmentOf = (part: string): Record<string, unknown> =>
  ofType(without, 'AWS::Lambda::Function').find(([id]) => id.includes(part))![1].Properties.Environment.Variables;
const statementsOf = (resources: ReadonlyMap<string, Resource>) =>
  [...resources.values()].flatMap(({ Properties }) => Properties?.PolicyDocument?.Statement ?? []);

describe('a deployment without a warehouse', () => {
  it('has no resource of OpenSearch, no role for it and no permission on it', () => {
    const types = new Set([...without.resources.values()].map(({ Type }) => Type));
    for (const type of ['AWS::OpenSearchService::Domain', 'Custom::OffbeatServiceRole', 'Custom::OffbeatWarehouse']) {
      expect([...new Set([...minimal.resources.values()].map(({ Type }) => Type))]).toContain(type);
      expect(types).not.toContain(type);
    }
    const actions = (from: typeof without) => JSON.stringify(statementsOf(from.resources).map(({ Action }) => Action));
    for (const service of ['"es:', '"iam:']) expect(actions(minimal)).toContain(service);
    expect(actions(without)).not.toMatch(/"(es|iam):/);
  });

  it('names the warehouse and the queue of attempts as none to the functions that would use them', () => {
    for (const part of ['Api', 'selfcheck']) expect(environmentOf(part)).toMatchObject({ [openSearchUrl]: 'none' });
    expect(environmentOf('notify')).toMatchObject({ OFFBEAT_ATTEMPTS_QUEUE_URL: 'none' });
  });

  it('lets the api read the stored state of alert, which nothing else has, and of no other stage', () => {
    const reading = statementsOf(without.resources).filter(({ Action }) => Action === 's3:GetObject');
    expect(reading.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringMatching(/"\/alert\/\*"/)]);
    const before = statementsOf(minimal.resources).filter(({ Action }) => Action === 's3:GetObject');
    expect(before).toEqual([]);
  });

  it('lets self-check append to no topic and connect to no broker, because it ships no canary', () => {
    const appendingIn = (from: typeof without) =>
      ofType(from, 'AWS::IAM::Policy').filter(
        ([path, { Properties }]) =>
          path.includes('selfcheck') && JSON.stringify(Properties.PolicyDocument).includes('kafka-cluster:'),
      );
    expect(appendingIn(minimal)).toHaveLength(1);
    expect(appendingIn(without)).toEqual([]);
    const variables = (from: typeof without, part: string) =>
      Object.keys(
        ofType(from, 'AWS::Lambda::Function').find(([id]) => id.includes(part))![1].Properties.Environment.Variables,
      ).filter((name) => name.includes('KAFKA'));
    expect(variables(minimal, 'selfcheck').length).toBeGreaterThan(0);
    expect(variables(without, 'selfcheck')).toEqual([]);
    expect(variables(without, 'heartbeat').length).toBeGreaterThan(0);
  });

  it('has no alarm about the warehouse, its functions, the canary or attempts, and every other alarm', () => {
    const gone = alarmsOf(minimal).filter((name) => !alarmsOf(without).includes(name));
    const ofFunctions = functionNames
      .filter((name) => isDeployed(name, true) && !isDeployed(name, false) && name !== 'set-up-service-role')
      .flatMap((name) => [`errors-${name}`, `throttles-${name}`]);
    // `minimal` has the page too.
    const ofPage = ['errors-page', 'throttles-page'];
    const ofDomain = alarmsOf(minimal).filter((name) => name.startsWith('opensearch-'));
    expect(ofDomain.length).toBeGreaterThan(5);
    expect(gone.sort()).toEqual(
      [
        ...ofFunctions,
        ...ofPage,
        ...ofDomain,
        'lag-persist',
        'late-persist',
        'canary-missing',
        'attempts-waiting',
      ].sort(),
    );
    expect(alarmsOf(without).filter((name) => !alarmsOf(minimal).includes(name))).toEqual([]);
  });

  it('has no security group and no rule of a domain', () => {
    const groups = ofType(without, 'AWS::EC2::SecurityGroup').map(([, { Properties }]) => Properties.GroupDescription);
    const before = ofType(minimal, 'AWS::EC2::SecurityGroup').map(([, { Properties }]) => Properties.GroupDescription);
    expect(before.filter((description) => !groups.includes(description))).toEqual(['The OpenSearch domain']);
    const to443 = (from: typeof without) =>
      ofType(from, 'AWS::EC2::SecurityGroupIngress').filter(([, { Properties }]) => Properties.ToPort === 443);
    expect(to443(minimal).length - to443(without).length).toBe(1);
  });

  it('has every topic, because a warehouse that is added later reads what they still hold', () => {
    expect(ofType(without, 'AWS::MSK::Topic')).toHaveLength(Object.keys(topics).length);
  });
});

describe('a change of deployment.warehouse', () => {
  const [recordWithout, recordWith] = [currentRecord('no-warehouse'), currentRecord('minimal')];

  it('from none to opensearch adds resources, and replaces and loses none', () => {
    expect(refusedChanges(recordWithout, recordWith)).toEqual([]);
  });

  it('from opensearch to none is refused, naming the domain, its contents and the setting', () => {
    const messages = refusedChanges(recordWith, recordWithout).map((change) =>
      messageOf(change, { file: 'f', entry: 'e' }),
    );
    expect(messages.map(({ description }) => description)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^Decided by deployment\.warehouse or deployment\.domain: .*Domain.*deleted or abandoned/,
        ),
      ]),
    );
  });
});

describe('a deployment that gives its warehouse up', () => {
  /** Returns the exports of a deployment and, by stack, its imports. */
  const linksOf = ({ stacks, outdir }: typeof without) => {
    const texts = stacks.map(
      ({ stackName, templateFile }) => [stackName, readFileSync(join(outdir, templateFile), 'utf8')] as const,
    );
    const namesIn = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, name]) => name!);
    return {
      exported: texts.flatMap(([, text]) => namesIn(text, /"Export": \{\s*"Name": "([^"]+)"/g)),
      imported: new Map(texts.map(([stack, text]) => [stack, namesIn(text, /"Fn::ImportValue": "([^"]+)"/g)])),
    };
  };
  const [before, after] = [linksOf(minimal), linksOf(without)];

  it('deploys its functions first, then its state, because each uses only what the stacks export already', () => {
    const { imported } = after;
    expect(imported.get('Offbeat')!.length).toBeGreaterThan(5);
    expect([...imported.values()].flat().filter((name) => !before.exported.includes(name))).toEqual([]);
  });

  it('cannot deploy its network first, whose export the state still uses, nor its state before the functions', () => {
    const removed = before.exported.filter((name) => !after.exported.includes(name));
    const users = [...before.imported].filter(([, names]) => names.some((name) => removed.includes(name)));
    expect(users.map(([stack]) => stack)).toEqual(['Offbeat-State', 'Offbeat']);
  });
});

describe('the construct Offbeat without a warehouse', () => {
  const stack = () => new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Mine');
  const offbeatWith = (props: OffbeatProps) => new Offbeat(stack(), 'Offbeat', props);

  it('creates neither a domain nor its security group', () => {
    const offbeat = offbeatWith({ warehouse: 'none' });
    const template = Template.fromStack(Stack.of(offbeat));
    expect(offbeat.warehouse).toBeUndefined();
    expect(offbeat.network.domain).toBeUndefined();
    template.resourceCountIs('AWS::OpenSearchService::Domain', 0);
  });

  it('refuses analysts, who would have nothing to read', () => {
    const analysts = [offbeatWith({ warehouse: 'none' }).stages.functions.get('detect')!.role!];
    expect(() => offbeatWith({ warehouse: 'none', analysts })).toThrow(/analysts: with warehouse: 'none' .*leave them/);
  });

  it('has no metric of the canary, and says what to watch', () => {
    const offbeat = offbeatWith({ warehouse: 'none', metrics: 'alarmed' });
    expect(() => offbeat.metricCanaryAge()).toThrow(/metricAge\('stage_age_seconds', \{ stage: 'alert' \}\)/);
    const { metricStat } = offbeat.metricAge('stage_age_seconds', { stage: 'alert' }).toMetricConfig();
    expect(metricStat).toMatchObject({ metricName: 'stage_age_seconds', statistic: 'Maximum' });
    expect(() => offbeat.metricAge('canary_age_seconds')).toThrow(
      /writes no metricAge\('canary_age_seconds'\); it has/,
    );
  });

  it('needs no domain group in a network, and a warehouse refuses such a network', () => {
    const scope = stack();
    const network = new Network(scope, 'Network', { domain: 'none' });
    expect(() => new Warehouse(scope, 'Warehouse', { network })).toThrow(/network: it was created with domain: 'none'/);
  });

  it('an existing warehouse is refused in such a network, where no rule lets functions reach the domain', () => {
    const scope = stack();
    const network = new Network(scope, 'Network', { domain: 'none' });
    const warehouse = existingWarehouse({
      endpoint: 'https://vpc-mine.eu-central-1.es.amazonaws.com',
      arn: 'arn:aws:es:eu-central-1:123456789012:domain/mine',
      setUpRole: Role.fromRoleArn(scope, 'SetUp', 'arn:aws:iam::123456789012:role/set-up'),
    });
    expect(() => new Offbeat(scope, 'Offbeat', { network, warehouse })).toThrow(
      "network: it was created with domain: 'none'; give it the security group of the existing domain as domain",
    );
  });
});
