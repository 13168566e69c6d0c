import { isDeepStrictEqual } from 'node:util';

/** A property whose change loses something, although the schema of its type does not have it as create-only. */
export interface KeptProperty {
  /** A path below `Properties`. */
  readonly property: string;
  /** The consequence of a change, as the end of a sentence. */
  readonly loss: string;
  /** A sentence that replaces the common remedy: to go back. */
  readonly remedy?: string;
  /**
   * Returns whether a change of the recorded value loses something. An added property never does.
   *
   * @default another value, or none
   */
  readonly isLoss?: (before: unknown, after: unknown) => boolean;
}

const fixedInPool = 'Cognito does not change how people of an existing user pool sign in: the update fails';
const newKeyAlone = 'they have rights on the new key alone';
const keepKey =
  'Go back to the recorded value of deployment.key (of the construct: key). To rotate a key, let KMS do it: its ARN stays, and KMS keeps the old material.';

/**
 * The properties that must keep their values although no schema has them as create-only, by type of resource. The comment
 * of each has its source: a page below https://docs.aws.amazon.com, or the words of CloudFormation's reference for the
 * property.
 */
export const kept: Readonly<Record<string, readonly KeptProperty[]>> = {
  'AWS::MSK::Cluster': [
    {
      // Brokers of type M5 and M7g alone can be removed, and only without partitions: msk/latest/developerguide/msk-remove-broker.html
      property: 'NumberOfBrokerNodes',
      loss: 'MSK removes no broker that has partitions, and none of type T3: the update fails',
      isLoss: (before, after) => Number(after ?? 0) < Number(before),
    },
  ],
  'AWS::MSK::BatchScramSecret': [
    {
      // Users whose secret is associated with the cluster can log in: msk/latest/developerguide/msk-password.html
      property: 'SecretArnList',
      loss: 'MSK would refuse the user whose secret is left out: no shipper could log in',
      isLoss: (before, after) => textsOf(before).some((secret) => !textsOf(after).includes(secret)),
    },
  ],
  'AWS::MSK::Topic': [
    {
      // Kafka chooses the partition of a record by the number of them; docs/architecture.md has why an entity keeps its own.
      property: 'PartitionCount',
      loss: 'the records of an entity would go to another partition than its state and its earlier records',
    },
  ],
  'AWS::SecretsManager::Secret': [
    {
      // "When you make a change to this property, a new secret version is created."
      property: 'GenerateSecretString',
      loss: 'Secrets Manager makes a new password, and the brokers refuse every shipper that does not have it yet',
      remedy: 'Go back. To change the password on purpose: docs/security.md, Secrets.',
    },
  ],
  'AWS::DynamoDB::Table': [
    {
      // "Replacement if you edit an existing AttributeDefinition."
      property: 'AttributeDefinitions',
      loss: 'AWS replaces the table by an empty one when an existing attribute has another type',
      isLoss: (before, after) => textsOf(before).some((attribute) => !textsOf(after).includes(attribute)),
    },
    {
      // "To update this property, you must first disable TTL and then enable TTL with the new attribute name."
      property: 'TimeToLiveSpecification/AttributeName',
      loss: 'the update fails while the table has another one, and items with the old attribute would never expire',
      remedy: 'Go back; or disable it, deploy, and enable it with the new attribute an hour later.',
      isLoss: (_before, after) => after !== undefined,
    },
    {
      // Continuous backups are kept until it is turned off: amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
      property: 'PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled',
      loss: 'DynamoDB has backups only while it is enabled: the table could not be restored to a time before',
    },
    {
      // A table has one key, and another one at any time: amazondynamodb/latest/developerguide/encryption.usagenotes.html
      property: 'SSESpecification/KMSMasterKeyId',
      loss: 'the functions, which are deployed after the table, have no right on its new key and fail until then',
      remedy: keepKey,
    },
  ],
  'AWS::Cognito::UserPool': [
    // Sign-in options are fixed when a user pool is created: cognito/latest/developerguide/cognito-user-pool-updating.html
    { property: 'AliasAttributes', loss: fixedInPool },
    { property: 'UsernameConfiguration', loss: fixedInPool },
  ],
  'AWS::SQS::Queue': [
    {
      // An encrypted message stays encrypted: AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
      property: 'KmsMasterKeyId',
      loss: `messages in the queue stay encrypted with the old key, and the functions cannot receive them any more: ${newKeyAlone}`,
      remedy: keepKey,
    },
  ],
  'AWS::S3::Bucket': [
    {
      // "Specifies the default server-side encryption to apply to new objects in the bucket."
      property: 'BucketEncryption',
      loss: `existing objects stay encrypted with the old key, and the functions cannot read them any more: ${newKeyAlone}`,
      remedy: keepKey,
      isLoss: (before, after) => keysIn(before).some((key) => !keysIn(after).includes(key)),
    },
  ],
  'AWS::OpenSearchService::Domain': [
    {
      // "If you remove this entity altogether, along with its associated properties, it causes a replacement."
      property: 'VPCOptions',
      loss: 'AWS replaces a domain that leaves its VPC by an empty one',
      isLoss: (_before, after) => after === undefined,
    },
  ],
};

/** Returns whether a change of a property loses something. @param before the recorded value */
export function isLoss({ isLoss: decides }: KeptProperty, before: unknown, after: unknown): boolean {
  return before !== undefined && !isDeepStrictEqual(before, after) && (decides?.(before, after) ?? true);
}

/** Returns the elements of a list as texts, none if it is no list. */
const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.map((each) => JSON.stringify(each)) : []);

/** Returns the keys of KMS in the rules of a bucket's encryption, each as text. */
function keysIn(encryption: unknown): string[] {
  if (typeof encryption !== 'object' || encryption === null) return [];
  return Object.entries(encryption).flatMap(([name, value]) =>
    name === 'KMSMasterKeyID' ? [JSON.stringify(value)] : keysIn(value),
  );
}
