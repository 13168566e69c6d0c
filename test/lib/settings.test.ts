import { describe, expect, it } from 'vitest';
import { keeping, ofType, type Resource, synthesise } from '../support/deployment.ts';

describe('settings', () => {
  it.each([
    ['deployment: { size: huge }', /offbeat\.yaml:1: deployment\.size: .*"minimal".*got "huge"/],
    ['deployment:\n  pooling: on-demand', /offbeat\.yaml:2: deployment\.pooling: unknown key; did you mean polling\?/],
    ['deployment:\n  key: alias/mine', /offbeat\.yaml:2: deployment\.key: expected an ARN such as arn:aws:kms/],
    ['deployment:\n  page: oauth', /offbeat\.yaml:2: deployment\.page: expected one of "none"\|"cognito", got "oauth"/],
    [
      'deployment: { page: { userPool: pool, signInUrl: "https://a.example" } }',
      /\.page\.userPool: expected the id of a user/,
    ],
    [
      'deployment: { page: { userPool: eu-north-1_a } }',
      /\.page\.signInUrl: is missing; expected an https:\/\/ address/,
    ],
    ['deployment:\n  restoreDays: 36', /offbeat\.yaml:2: deployment\.restoreDays: .*35.*got 36/],
    ['deployment:\n  partitions:\n    samples: 0', /offbeat\.yaml:3: deployment\.partitions\.samples: /],
  ])('%j fail the synth with file, line and key', (settings, message) => {
    expect(() => synthesise(settings)).toThrow(message);
  });

  const receiver = (secret: string) =>
    `receivers: [{ name: team, webhook: { url: 'https://alerts.example.com/', secret: '${secret}' } }]`;

  it.each(['env:TEAM_SECRET', 'file:/etc/team'])('refuse secret %s, which no function can read', (secret) => {
    expect(() => synthesise(receiver(secret))).toThrow(`receiver team: secret ${secret} is of one machine`);
  });

  it('allow notify to read the secret of a receiver, and no other secret', () => {
    const { template } = synthesise(receiver('secretsmanager:offbeat/team'));
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const reading = statements.filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager:'));
    expect(reading).toHaveLength(1);
    expect(JSON.stringify(reading[0].Resource)).toContain(':secret:offbeat/team-??????');
  });

  const domain = (endpoint: string) => `deployment:
  domain:
    endpoint: ${endpoint}
    arn: arn:aws:es:eu-north-1:111122223333:domain/logs
    setUpRole: arn:aws:iam::111122223333:role/set-up`;

  it('are refused for servers that are not supported yet, with the reason', () => {
    expect(() => synthesise(domain('https://abc.eu-north-1.aoss.amazonaws.com'))).toThrow(
      /offbeat\.yaml:1: .* \| line 3: deployment\.domain\.endpoint: .*OpenSearch Serverless is not supported yet: .*lifecycle/,
    );
  });

  const vpc = (zones: string, subnets: string) => `vpc: { id: vpc-0a1b2c3d, zones: [${zones}], subnets: [${subnets}] }`;
  const msk = (more: string) =>
    `kafka: { cluster: 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2', securityGroup: sg-0a1b2c3d, ${more} }`;
  const secret = "secret: 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:k-AbCdEf'";
  const domainOfOthers =
    "domain: { endpoint: 'https://d.eu-north-1.es.amazonaws.com', arn: 'arn:aws:es:eu-north-1:111122223333:domain/logs', setUpRole: 'arn:aws:iam::111122223333:role/set-up' }";
  const two = vpc('a, b', 'subnet-0a1b2c3d, subnet-0a1b2c3e');

  it.each([
    [[two, msk(secret)], /:3: deployment\.kafka\.secret: expected none with login: iam, got a value that is not shown/],
    [
      [two, msk('login: scram')],
      /:3: deployment\.kafka\.secret: is missing; expected the ARN of one, for login: scram/,
    ],
    [[msk('')], /:1: deployment\.vpc: is missing; expected the VPC of the brokers and the domain/],
    [
      [two, "kafka: { cluster: 'arn:aws:kafka:eu-north-1:111122223333:cluster/c/0a-s3', securityGroup: sg-0a1b2c3d }"],
      /MSK Serverless is not supported yet/,
    ],
    [[two, msk(''), 'shippers: [10.0.0.0/16]'], /:4: deployment\.shippers: expected none for existing brokers/],
    [[two, msk(''), 'disks: { kafka: 9 }'], /:4: deployment\.disks\.kafka: expected none for existing brokers, got 9/],
    [["kafka: { brokers: ['k:9092'], login: none }"], /:1: deployment\.egress: is missing; expected nat/],
    [["kafka: { brokers: ['k:99999'] }"], /line 2: deployment\.kafka\.brokers\[0\]: expected host:port, got "k:99999"/],
    [
      ["kafka: { brokers: ['k:1'], cluster: c }"],
      /deployment\.kafka\.\w+: it cannot be combined with the keys beside it/,
    ],
    [
      [vpc('a, b, c', 'subnet-0a1b2c3d, subnet-0a1b2c3e')],
      /:2: deployment\.vpc\.subnets: expected one for each of the 3 zones/,
    ],
    [[vpc('a, a', 'subnet-0a1b2c3d, subnet-0a1b2c3d')], /:2: deployment\.vpc\.zones: expected each zone once/],
    [[two, 'egress: nat'], /:3: deployment\.egress: expected no nat/],
    [
      ['protected: true', 'keepData: false'],
      /:2: deployment\.protected: expected false with keepData: false; .*got true/,
    ],
    [
      ['zones: [eu-north-1a, eu-north-1b]', two],
      /:2: deployment\.zones: expected none with an existing vpc, whose own zones are used/,
    ],
    [['size: production', 'zones: [eu-north-1a, eu-north-1b]'], /:3: deployment\.zones: expected 3 zones, which size/],
    [
      ['zones: [eu-north-1a]'],
      /:2: deployment\.zones: expected 2 zones, which size: minimal has machines in, got a list of 1$/,
    ],
    [
      [vpc('a, b', 'subnet-0a1b2c3d')],
      /:2: deployment\.vpc\.subnets: expected a private subnet for each zone, got a list of 1$/,
    ],
    [['zones: [eu-north-1a, eu-north-1a]'], /:2: deployment\.zones: expected each zone once/],
    [['zones: [use1-az1, use1-az2]'], /:2: deployment\.zones\[0\]: expected the name of a zone such as eu-north-1a/],
    [['size: production', two], /:3: deployment\.vpc\.zones: expected 3 zones, which size: production/],
    [
      ['shippers: [10.0.0.0]'],
      /:2: deployment\.shippers\[0\]: expected a security group or a range .*, got "10\.0\.0\.0"/,
    ],
    [
      ['warehouse: none', domainOfOthers, two],
      /:3: deployment\.domain: expected none with warehouse: none; to use the domain, set warehouse: opensearch/,
    ],
    [
      ['warehouse: none', 'disks: { warehouse: 10 }'],
      /:3: deployment\.disks\.warehouse: expected none with warehouse: none, got 10/,
    ],
    [
      ['warehouse: none', "analysts: ['arn:aws:iam::111122223333:role/analysts']"],
      /:3: deployment\.analysts: expected none with warehouse: none, which has no indices that they could read/,
    ],
    [['warehouse: sqlite'], /:2: deployment\.warehouse: .*"opensearch".*"none".*got "sqlite"/],
    [["alertTopic: 'arn:aws:sns:'"], /:2: deployment\.alertTopic: expected an ARN such as/],
  ])('fail the synth where keys do not fit together: %j', (lines, message) => {
    expect(() => synthesise(['deployment:', ...lines.map((line) => `  ${line}`)].join('\n'))).toThrow(message);
  });

  it('reserve concurrency for the stages with ledger items, if reserveConcurrency or the size says so', () => {
    const reserved = (settings: string) =>
      Object.values(synthesise(settings).template.findResources('AWS::Lambda::Function'))
        .map(({ Properties }) => Properties.ReservedConcurrentExecutions)
        .filter((value) => value !== undefined);
    expect(reserved('deployment: { reserveConcurrency: true, partitions: { samples: 6 } }')).toEqual([2, 7, 2]);
    expect(reserved('deployment: { size: production, partitions: { samples: 6 } }')).toEqual([5, 7, 2]);
    expect(reserved('deployment: { size: minimal }')).toEqual([]);
    expect(reserved('deployment: { size: production, reserveConcurrency: false }')).toEqual([]);
  });

  it.each([true, false])(
    'protect tables, and all stacks but that of functions, where protected is %s',
    (isProtected) => {
      const deployment = synthesise(`deployment: { protected: ${isProtected} }`);
      const { stacks, functions } = deployment;
      for (const stack of stacks) expect(stack.terminationProtection).toBe(isProtected && stack !== functions);
      const tables = ofType(deployment, 'AWS::DynamoDB::Table').map(([, { Properties }]) => Properties);
      expect(tables.map(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled)).toEqual([
        isProtected,
        isProtected,
      ]);
    },
  );

  it('destroy data with the stacks where keepData is false', () => {
    const { resources, state } = synthesise('deployment: { keepData: false }');
    expect(state.terminationProtection).toBe(false);
    for (const { Type, DeletionPolicy } of resources.values()) {
      if (keeping.includes(Type)) expect(DeletionPolicy).toBe('Delete');
    }
  });

  it('set how far back tables and objects can be restored', () => {
    const deployment = synthesise('deployment: { restoreDays: 14 }');
    const [[, bucket]] = ofType(deployment, 'AWS::S3::Bucket') as [[string, Resource]];
    expect(bucket.Properties.LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 14 } }),
    );
    const tables = ofType(deployment, 'AWS::DynamoDB::Table').map(([, { Properties }]) => Properties);
    expect(tables.map((table) => table.PointInTimeRecoverySpecification.RecoveryPeriodInDays)).toEqual([14, 14]);
  });

  it('set the window of pollers; 500 ms, which CloudFormation cannot express, is left out', () => {
    const windowsOf = (settings: string) =>
      ofType(synthesise(settings), 'AWS::Lambda::EventSourceMapping')
        .filter(([, { Properties }]) => Properties.Topics)
        .map(([, { Properties }]) => Properties.MaximumBatchingWindowInSeconds);
    expect(new Set(windowsOf('deployment: { window: 5s }'))).toEqual(new Set([5]));
    expect(new Set(windowsOf('deployment: { window: 500ms }'))).toEqual(new Set([undefined]));
    expect(() => synthesise('deployment: { window: 1500ms }')).toThrow(/expected 500ms, or whole seconds/);
  });
});
