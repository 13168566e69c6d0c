import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ownQueues, ownTopics } from '../../functions/collect/own-variables.ts';
import type { AccountTarget } from '../../functions/collect/parse-target.ts';
import { accept, acceptWildcards } from './findings.ts';

/** The names of a deployment's queues and topics. */
export interface OwnNames {
  readonly queues: readonly string[];
  readonly topics: readonly string[];
}

const namedReason = 'MSK ends the ARN of a cluster with an id that the settings do not have';
const listReason = 'IAM cannot restrict kafka:ListClustersV2 to a cluster';
const metricsReason = 'IAM cannot restrict cloudwatch:GetMetricData to a metric';

/** The access to what AWS reports about targets: to the clusters that they name, and no others where IAM can restrict it. */
export class AccountAccess {
  readonly #stack: Stack;
  readonly #targets: readonly AccountTarget[];
  readonly #own: OwnNames;

  constructor(scope: Construct, targets: readonly AccountTarget[], own: OwnNames) {
    this.#stack = Stack.of(scope);
    this.#targets = targets;
    this.#own = own;
  }

  /** The environment variables of a function that reads it. */
  get environment(): Readonly<Record<string, string>> {
    if (!this.#hasQueues) return {};
    const { queues, topics } = this.#own;
    return { [ownQueues]: queues.join(','), [ownTopics]: topics.join(',') };
  }

  get #hasQueues(): boolean {
    return this.#targets.some(({ kind }) => kind === 'queues');
  }

  /** Allows to describe the clusters and to list their brokers, and to read metrics if queues are a target. */
  grantRead(grantee: IGrantable): void {
    const clusters = this.#targets.flatMap((each) => (each.kind === 'msk' ? [each.target] : []));
    const named = clusters.filter(({ cluster }) => !cluster.startsWith('arn:'));
    const patterns = named.map(({ name, region }) =>
      this.#stack.formatArn({
        service: 'kafka',
        resource: 'cluster',
        resourceName: `${name}/*`,
        ...(region && { region }),
      }),
    );
    const arns = clusters.filter((each) => !named.includes(each)).map(({ cluster }) => cluster);
    const allow = (actions: string[], resourceArns: string[]) =>
      Grant.addToPrincipal({ grantee, actions, resourceArns });
    if (clusters.length > 0) allow(['kafka:DescribeClusterV2', 'kafka:ListNodes'], [...arns, ...patterns]);
    acceptWildcards(grantee, patterns, namedReason);
    if (named.length > 0) allow(['kafka:ListClustersV2'], ['*']);
    if (this.#hasQueues) allow(['cloudwatch:GetMetricData'], ['*']);
    const reasons = [...(named.length > 0 ? [listReason] : []), ...(this.#hasQueues ? [metricsReason] : [])];
    const role = grantee.grantPrincipal;
    if (reasons.length > 0 && Construct.isConstruct(role)) accept(role, 'IAM5[Resource::*]', reasons.join('; '));
  }
}
