import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

const id = 'Key';

/**
 * Returns the one key of a deployment that has no `key`, for what AWS's own keys cannot encrypt: the shippers' secret, which
 * MSK accepts under no other, and messages, because the policies of AWS's keys let neither SNS nor CloudWatch use them. It is
 * created at the first call, in the scope of the network: every deployment has one, and its stack is deployed first, so that
 * no stack refers to one that is deployed after it.
 */
export function ownKey(network: Construct): Key {
  const existing = network.node.tryFindChild(id);
  if (existing instanceof Key) return existing;
  const key = new Key(network, id, {
    description: 'Offbeat: the password of the shippers, alerts and alarms',
    enableKeyRotation: true,
    // Where it encrypts the secret, which is kept, the data hub keeps it too.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  letServicesUse(key);
  return key;
}

/**
 * Allows SNS to use a key for the queue of alerts, and CloudWatch for the topic of alarms; an imported key's policy stays as
 * it is. Names of topics and alarms are not in the policy: they are of a stack that refers to the key.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function letServicesUse(key: IKey): void {
  const { account } = Stack.of(key);
  const users = [
    { sid: 'SnsForTheQueueOfAlerts', service: 'sns.amazonaws.com', sources: { service: 'sns', resource: '*' } },
    {
      sid: 'CloudWatchForTheTopicOfAlarms',
      service: 'cloudwatch.amazonaws.com',
      sources: { service: 'cloudwatch', resource: 'alarm:*' },
    },
  ];
  for (const { sid, service, sources } of users) {
    key.addToResourcePolicy(useOf({ sid, service, account, sources: Stack.of(key).formatArn(sources) }));
  }
}

/**
 * Allows SNS to use a key for a topic whose ARN is known, which may be of another account: a central topic of an
 * organisation. For any other topic {@link letServicesUse} suffices.
 */
export function letTopicUse(key: IKey, topic: ITopic): void {
  if (Token.isUnresolved(topic.topicArn)) return;
  const { account } = topic.env;
  const service = 'sns.amazonaws.com';
  key.addToResourcePolicy(useOf({ sid: 'SnsForTheGivenTopic', service, account, sources: topic.topicArn }));
}

/** The use of a key by a service in the name of others. */
interface Use {
  readonly sid: string;
  readonly service: string;
  readonly account: string;
  /** The ARNs in whose name the service may use the key. */
  readonly sources: string;
}

const useOf = ({ sid, service, account, sources }: Use): PolicyStatement =>
  new PolicyStatement({
    sid,
    principals: [new ServicePrincipal(service)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    // In the policy of a key, the key itself.
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sources } },
  });
