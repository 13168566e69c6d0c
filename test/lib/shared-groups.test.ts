import { App, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Network, Offbeat } from '../../lib/index.ts';

const cluster = 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-2';
const other = cluster.replace('beats', 'more');

interface Place {
  readonly account?: string;
  readonly prefix?: string;
  readonly clusterArn?: string;
}

/** Creates a deployment on an existing cluster, in a stack of its own. */
function create(scope: Construct, id: string, { account, prefix, clusterArn = cluster }: Place = {}): Offbeat {
  const stack = new Stack(scope, id, account === undefined ? {} : { env: { account, region: 'eu-north-1' } });
  const network = new Network(stack, 'Network');
  return new Offbeat(stack, 'Offbeat', { network, kafka: { clusterArn }, prefix });
}

describe('two deployments of one app', () => {
  const shared =
    /^prefix: Alerting\/Offbeat and Second\/Offbeat both have no prefix, and would share topics and consumer groups; give one/;

  it('are refused on one cluster without a prefix, also in different accounts', () => {
    for (const accounts of [
      [undefined, undefined],
      ['111122223333', '444455556666'],
    ]) {
      const app = new App();
      const [first, second] = accounts.map((account) => (account === undefined ? {} : { account }));
      create(app, 'Alerting', first);
      expect(() => create(app, 'Second', second)).toThrow(shared);
    }
  });

  it('are refused with the same prefix', () => {
    const app = new App();
    create(app, 'Alerting', { prefix: 'team-a' });
    expect(() => create(app, 'Second', { prefix: 'team-a' })).toThrow('both have the prefix team-a, and would share');
  });

  it('are refused on two clusters of one account and region, whose consumer groups must be unique', () => {
    for (const env of [{}, { account: '111122223333' }]) {
      const app = new App();
      create(app, 'Alerting', env);
      expect(() => create(app, 'Second', { ...env, clusterArn: other })).toThrow(
        'and would share consumer groups; give',
      );
    }
  });

  it('are accepted with different prefixes, or on different clusters in different accounts or stages', () => {
    const app = new App();
    create(app, 'Alerting');
    create(app, 'Second', { prefix: 'team-a' });
    create(app, 'Third', { account: '444455556666', clusterArn: other });
    expect(() => create(new Stage(app, 'Prod'), 'Fourth', { clusterArn: `${cluster}3` })).not.toThrow();
  });
});
