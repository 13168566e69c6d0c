import * as z from 'zod';
import {
  isServerlessKafka,
  isServerlessSearch,
  serverlessKafkaRefused,
  serverlessSearchRefused,
} from './serverless.ts';

/* The schemas of existing resources that the part `deployment` of `offbeat.yaml` names. */

/** Returns the schema of an ARN. @param resource a regular expression for the part after the account */
export const arn = (service: string, resource: string, example: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:\\d{12}:${resource}$`), `expected an ARN such as ${example}`);
export const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `expected an id such as ${prefix}-0a1b2c3d`);
const secretArn = arn(
  'secretsmanager',
  'secret:.+-[A-Za-z0-9]{6}',
  'arn:aws:secretsmanager:eu-north-1:111122223333:secret:kafka-AbCdEf',
);
export const keyArn = arn('kms', 'key/.+', 'arn:aws:kms:eu-north-1:111122223333:key/0a1b');
/** Returns the port of `host:port`. */
export const portOf = (broker: string): number => Number(broker.split(':').at(-1));
const hasPort = (broker: string) => portOf(broker) <= 65_535;
export const count = z.int().min(1).max(1_000);

export const managedKafkaSchema = z.strictObject({
  cluster: arn('kafka', 'cluster/.+', 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2')
    .refine((clusterArn) => !isServerlessKafka(clusterArn), { error: `expected a cluster; ${serverlessKafkaRefused}` })
    .describe('A provisioned MSK cluster. MSK Serverless is not supported yet.'),
  securityGroup: id('sg').describe('The security group of the brokers; a rule that lets functions in is added to it.'),
  login: z.enum(['iam', 'scram']).default('iam'),
  secret: secretArn
    .optional()
    .describe('With scram: a secret {"username", "password"} whose name begins with AmazonMSK_.'),
  secretKey: keyArn
    .optional()
    .describe('The key that encrypts the secret; MSK accepts no secret that is encrypted with the AWS managed key.'),
  replicationFactor: count
    .optional()
    .describe('The replication factor of the topics. Without it no topics are created: they must exist.'),
});
export const selfManagedKafkaSchema = z.strictObject({
  brokers: z
    .array(
      z
        .string()
        .regex(/^[^\s/,]+:\d{1,5}$/, { error: 'expected host:port', abort: true })
        .refine(hasPort, 'expected host:port'),
    )
    .min(1),
  login: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  secret: secretArn.optional().describe('A secret {"username", "password"}, unless login is none.'),
  secretKey: keyArn.optional().describe('The key that encrypts the secret, if it is not the AWS managed key.'),
  securityGroup: id('sg').optional().describe('The security group of the brokers, if they are in the VPC.'),
  replicationFactor: count.default(3),
});

export const domainSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https$/, error: 'expected an https:// address' })
    .refine((endpoint) => !isServerlessSearch(endpoint), { error: `expected a domain; ${serverlessSearchRefused}` }),
  arn: arn('es', 'domain/.+', 'arn:aws:es:eu-north-1:111122223333:domain/logs').describe(
    'OpenSearch Serverless is not supported yet: no lifecycle policies, and no create in time-series collections.',
  ),
  securityGroup: id('sg').optional().describe('The security group of the domain, if it is in the VPC.'),
  setUpRole: arn('iam', 'role/.+', 'arn:aws:iam::111122223333:role/offbeat-set-up').describe(
    'A role that Lambda may assume and that is mapped to all_access in the domain.',
  ),
});

export const userPoolSchema = z.strictObject({
  userPool: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)+-\d+_[A-Za-z0-9]+$/, 'expected the id of a user pool such as eu-north-1_0a1B2c3D4')
    .describe('An existing user pool. Members of its group operator may act.'),
  signInUrl: z
    .url({ protocol: /^https$/, error: 'expected an https:// address' })
    .describe('The address of its domain, such as https://login.example.com.'),
  providers: z
    .array(z.string().min(1))
    .min(1, 'expected one provider or more')
    .default(['COGNITO'])
    .describe("The identity providers of the pool by which people sign in; COGNITO is the pool's own directory."),
});

export const vpcSchema = z.strictObject({
  id: id('vpc'),
  zones: z.array(z.string()).min(2, 'expected two zones or more'),
  subnets: z.array(id('subnet')).min(2, 'expected a private subnet for each zone'),
});
