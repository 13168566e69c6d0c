import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freshPath, keeping, ofType, synthesise } from '../../support/deployment.ts';

describe('partitions', () => {
  it('are written down at the first synth, and stay', () => {
    const file = freshPath('layout.json');
    synthesise('deployment: { partitions: { samples: 8 } }', file);
    expect(JSON.parse(readFileSync(file, 'utf8'))['Offbeat/Offbeat']['offbeat.samples']).toBe(8);
    expect(() => synthesise('deployment: { partitions: { samples: 8 } }', file)).not.toThrow();
    expect(() => synthesise('deployment: {}', file)).toThrow(
      /offbeat\.samples: made with 8 partitions, now 4; .*Go back/,
    );
  });
});

describe('settings', () => {
  it.each([
    ['deployment: { size: huge }', /offbeat\.yaml:1: deployment\.size: .*"minimal".*got "huge"/],
    ['deployment:\n  pooling: on-demand', /offbeat\.yaml:2: deployment\.pooling: unknown key; did you mean polling\?/],
    ['deployment:\n  key: alias/mine', /offbeat\.yaml:2: deployment\.key: expected an ARN such as arn:aws:kms/],
    ['deployment:\n  partitions:\n    samples: 0', /offbeat\.yaml:3: deployment\.partitions\.samples: /],
  ])('%j fail the synth with file, line and key', (settings, message) => {
    expect(() => synthesise(settings)).toThrow(message);
  });

  const receiver = (secret: string) =>
    `receivers: [{ name: team, webhook: { url: 'https://alerts.example.com/', secret: '${secret}' } }]`;

  it.each(['env:TEAM_SECRET', 'file:/etc/team'])('refuse secret %s, which no function could read', (secret) => {
    expect(() => synthesise(receiver(secret))).toThrow(`receiver team: secret ${secret} is of one machine`);
  });

  it('let notify read the secret of a receiver, and no other', () => {
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

  it('name what is not supported yet, and why', () => {
    expect(() => synthesise(domain('https://abc.eu-north-1.aoss.amazonaws.com'))).toThrow(
      /OpenSearch Serverless, which is not supported yet: .*lifecycle/,
    );
  });

  it.each([
    ['iam', 'with a secret', 'secret: "arn:aws:secretsmanager:eu-north-1:111122223333:secret:k-AbCdEf"'],
    ['scram', 'without a secret', 'replicationFactor: 3'],
  ])('refuse login %s %s', (login, _, line) => {
    const kafka = `deployment:
  kafka:
    cluster: arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b2c3d-2
    securityGroup: sg-0a1b2c3d
    login: ${login}
    ${line}`;
    expect(() => synthesise(kafka)).toThrow(/deployment\.kafka: login is/);
  });

  it('reserve concurrency for what keeps state, unless they say no', () => {
    const reserved = (settings: string) =>
      Object.values(synthesise(settings).template.findResources('AWS::Lambda::Function'))
        .map(({ Properties }) => Properties.ReservedConcurrentExecutions)
        .filter((value) => value !== undefined);
    expect(reserved('deployment: { partitions: { samples: 6 } }')).toEqual([7, 2]);
    expect(reserved('deployment: { reserveConcurrency: false }')).toEqual([]);
  });

  it('that do not keep data destroy it with the stacks', () => {
    const { resources, state } = synthesise('deployment: { keepData: false }');
    expect(state.terminationProtection).toBe(false);
    for (const { Type, DeletionPolicy } of resources.values()) {
      if (keeping.includes(Type)) expect(DeletionPolicy).toBe('Delete');
    }
  });

  it('say how long pollers gather, and what CloudFormation does not know is left out', () => {
    const windowsOf = (settings: string) =>
      ofType(synthesise(settings), 'AWS::Lambda::EventSourceMapping')
        .filter(([, { Properties }]) => Properties.Topics)
        .map(([, { Properties }]) => Properties.MaximumBatchingWindowInSeconds);
    expect(new Set(windowsOf('deployment: { window: 5s }'))).toEqual(new Set([5]));
    expect(new Set(windowsOf('deployment: { window: 500ms }'))).toEqual(new Set([undefined]));
    expect(() => synthesise('deployment: { window: 1500ms }')).toThrow(/expected 500ms, or whole seconds/);
  });
});
