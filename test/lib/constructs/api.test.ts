import { App, Stack } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, CfnPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { gauges } from '../../../functions/shared/ports/metric-names.ts';
import { alarmedMetrics } from '../../../lib/constructs/alarmed-metrics.ts';
import { type GaugeName, Offbeat } from '../../../lib/index.ts';
import { deployed, ofType, type Resource } from '../../support/deployment.ts';

function open(props: ConstructorParameters<typeof Offbeat>[2] = {}) {
  const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Alerting');
  const offbeat = new Offbeat(stack, 'Offbeat', props);
  const role = new Role(stack, 'OnCall', { assumedBy: new AccountRootPrincipal() });
  return { stack, offbeat, api: offbeat.api, role };
}

/** Returns the policy of a role, as text. */
const policyOf = (stack: Stack, role: Role): string => {
  const policy = role.node.findAll().find((each) => each instanceof CfnPolicy)!;
  return JSON.stringify(stack.resolve(policy.policyDocument));
};

/** Returns the statements of all policies of roles in a template. */
const statementsOf = ({
  Resources,
}: {
  readonly Resources: Readonly<Record<string, Resource>>;
}): readonly Statement[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

interface Statement {
  readonly Action: string | readonly string[];
}

/** Returns the ends of the ARNs of `execute-api` that a role may invoke. */
const endsIn = (stack: Stack, role: Role): string[] =>
  [...policyOf(stack, role).matchAll(/\/\$default\/([A-Z]+\/[\w/*-]+)/g)].map(([, end]) => end!);

describe('the rights on the HTTP API', () => {
  it('to read do not include those to act', () => {
    const { stack, api, role } = open();
    api.grantRead(role);
    expect(endsIn(stack, role)).toEqual(['GET/api/*', 'HEAD/api/*', 'POST/api/silences/preview']);
  });

  it('to operate include those to read', () => {
    const { stack, api, role } = open();
    api.grantOperate(role);
    expect(endsIn(stack, role)).toEqual([
      'GET/api/*',
      'HEAD/api/*',
      'POST/api/silences/preview',
      'POST/api/commands',
      'POST/api/receivers/*/test',
      'POST/api/deliveries/redrive',
      'POST/api/dead-letters/redrive',
    ]);
  });

  it('are not given by IAM where something else decides', () => {
    const { api, role } = open({ authorizer: new HttpNoneAuthorizer() });
    expect(() => api.grantRead(role)).toThrow('api: callers do not sign their requests, because authorizer is set');
  });

  it('concern a route each, and all other requests are answered by the default route, signed too', () => {
    const routes = ofType(deployed('no-warehouse'), 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      '$default',
      'GET /api/{proxy+}',
      'HEAD /api/{proxy+}',
      'POST /api/commands',
      'POST /api/dead-letters/redrive',
      'POST /api/deliveries/redrive',
      'POST /api/receivers/{name}/test',
      'POST /api/silences/preview',
    ]);
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['AWS_IAM']));
  });
});

describe('the right to read the log-in of shippers', () => {
  it('is one on their secret', () => {
    const { stack, offbeat, role } = open();
    offbeat.dataHub!.grantReadLogin(role);
    expect(policyOf(stack, role)).toContain('secretsmanager:GetSecretValue');
  });

  it('is in the policy of a role in another stack, and the key and the secret name no role', () => {
    const { stack, offbeat } = open();
    const others = new Stack(stack.node.root as App, 'Shipping');
    const role = new Role(others, 'Shipper', { assumedBy: new AccountRootPrincipal() });
    offbeat.dataHub!.grantReadLogin(role);
    const assembly = (stack.node.root as App).synth();
    const statements = statementsOf(assembly.getStackByName('Shipping').template);
    expect(statements.map(({ Action }) => Action)).toEqual([
      ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      'kms:Decrypt',
    ]);
    const { Resources } = assembly.getStackByName('Alerting').template;
    const policies = Object.values<Resource>(Resources).filter(({ Type }) =>
      /^AWS::(KMS::Key|SecretsManager)/.test(Type),
    );
    expect(policies.length).toBeGreaterThan(1);
    expect(JSON.stringify(policies)).not.toContain('Shipping');
  });

  it('contains the use of an imported key, through Secrets Manager alone', () => {
    const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Alerting');
    const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const offbeat = new Offbeat(stack, 'Offbeat', { key: Key.fromKeyArn(stack, 'Given', keyArn) });
    const role = new Role(stack, 'OnCall', { assumedBy: new AccountRootPrincipal() });
    offbeat.dataHub!.grantReadLogin(role);
    const { Statement } = JSON.parse(policyOf(stack, role));
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
        },
      },
    });
  });

  it('is refused for a principal without a policy', () => {
    const { offbeat } = open();
    expect(() => offbeat.dataHub!.grantReadLogin(new AccountRootPrincipal())).toThrow();
  });
});

describe('the metrics of a deployment', () => {
  const expressionOf = (metric: IMetric) => metric.toMetricConfig().mathExpression?.expression;

  it('are sums over all dimensions that a counter has', () => {
    const { offbeat } = open();
    expect(expressionOf(offbeat.metricCounter('dead_letters'))).toBe(
      'SELECT SUM(dead_letters) FROM SCHEMA("Offbeat", stage, reason)',
    );
    expect(expressionOf(offbeat.metricCounter('documents_read'))).toBe(
      'SELECT SUM(documents_read) FROM SCHEMA("Offbeat")',
    );
  });

  it('are of one deployment alone where it has a prefix', () => {
    const { offbeat } = open({ prefix: 'team-a' });
    expect(expressionOf(offbeat.metricCounter('dead_letters'))).toContain('SCHEMA("Offbeat/team-a", stage, reason)');
    expect(offbeat.metricCanaryAge().toMetricConfig().metricStat).toMatchObject({ namespace: 'Offbeat/team-a' });
  });

  it('are those that alarms read with metrics: alarmed; another one fails the synth with a remedy', () => {
    const alarmed = new Offbeat(new Stack(new App(), 'Alarmed'), 'Offbeat', { metrics: 'alarmed' });
    expect(alarmed.metricCounter('dead_letters').toMetricConfig().metricStat).toMatchObject({
      metricName: 'dead_letters',
      statistic: 'Sum',
    });
    expect(() => alarmed.metricCounter('failures')).toThrow(
      "metricCounter: \"failures\" is in the log only, because metrics is 'alarmed'; set metrics: 'all'",
    );
    // Alarms read three of its reasons, and nothing reads their sum.
    expect(() => alarmed.metricCounter('ignored')).toThrow(
      /the sum of "ignored" is in the log only, .*CloudWatch has it with \{ .*reason: 'lane left behind'.*; set metrics: 'all'/,
    );
  });

  it('are no sums of gauges or of unknown names, which would have no values', () => {
    const { offbeat } = open();
    const sumOf = (name: string) => () => offbeat.metricCounter(name as 'failures');
    expect(sumOf('stage_age_seconds')).toThrow(UsageError);
    expect(sumOf('stage_age_seconds')).toThrow(
      /"stage_age_seconds" is a gauge, .*; use metricAge\('stage_age_seconds', \{ stage: 'normalise' \}\)\. .*docs\/metrics\.md, Counters/,
    );
    for (const name of ['dead_letter', 'toString']) {
      expect(sumOf(name)).toThrow(`metricCounter: there is no counter "${name}". The counters are in docs/metrics.md`);
    }
  });

  it('have each gauge that is written, with either choice of metrics', () => {
    for (const metrics of ['alarmed', 'all'] as const) {
      const { offbeat } = open({ metrics, prefix: 'team-a' });
      for (const { name, dimensions } of alarmedMetrics(true).filter((each) => each.name in gauges)) {
        const { metricStat } = offbeat
          .metricAge(name as GaugeName, dimensions as { readonly stage: string })
          .toMetricConfig();
        expect(metricStat).toMatchObject({ namespace: 'Offbeat/team-a', metricName: name, statistic: 'Maximum' });
        expect(Object.fromEntries((metricStat!.dimensions ?? []).map((each) => [each.name, each.value]))).toEqual(
          dimensions,
        );
      }
    }
    expect(alarmedMetrics(true).map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(gauges)));
  });

  it('have no gauge that is not written, and name those that are', () => {
    const { offbeat } = open({ metrics: 'alarmed' });
    for (const stage of [{}, { stage: 'persist' }]) {
      expect(() => offbeat.metricAge('stage_age_seconds', stage as { readonly stage: string })).toThrow(
        /metricAge: this deployment writes no metricAge\('stage_age_seconds'.*it has .*metricAge\('stage_age_seconds', \{ stage: 'alert' \}\)/,
      );
    }
    expect(() => offbeat.metricAge('uptime' as GaugeName)).toThrow(/no metricAge\('uptime'\); it has/);
  });

  it('have the age of the canary, and the errors of the API', () => {
    const { offbeat, api } = open();
    expect(offbeat.metricCanaryAge().toMetricConfig().metricStat).toMatchObject({ metricName: 'canary_age_seconds' });
    expect(api.metricServerErrors().toMetricConfig().metricStat).toMatchObject({ metricName: '5xx' });
  });
});
