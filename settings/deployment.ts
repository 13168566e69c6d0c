import * as z from 'zod';
import { durationSchema } from '../functions/shared/domain/duration-schema.ts';
import {
  type PartitionCounts,
  partitionsDefault,
  type Topic,
  type TopicRole,
  topics,
} from '../functions/shared/log/topics.ts';
import {
  isServerlessKafka,
  isServerlessSearch,
  serverlessKafkaRefused,
  serverlessSearchRefused,
} from './serverless.ts';

/** @param resource what follows the account, a regular expression */
const arn = (service: string, resource: string, example: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:\\d{12}:${resource}$`), `expected an ARN such as ${example}`);
const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `expected an id such as ${prefix}-0a1b2c3d`);
const secretArn = arn(
  'secretsmanager',
  'secret:.+-[A-Za-z0-9]{6}',
  'arn:aws:secretsmanager:eu-north-1:111122223333:secret:kafka-AbCdEf',
);
const keyArn = arn('kms', 'key/.+', 'arn:aws:kms:eu-north-1:111122223333:key/0a1b');
/** Of `host:port`. */
export const portOf = (broker: string): number => Number(broker.split(':').at(-1));
const hasPort = (broker: string) => portOf(broker) <= 65_535;
const count = z.int().min(1).max(1_000);

const managedKafkaSchema = z.strictObject({
  cluster: arn('kafka', 'cluster/.+', 'arn:aws:kafka:eu-north-1:111122223333:cluster/beats/0a1b-2')
    .refine((clusterArn) => !isServerlessKafka(clusterArn), { error: `expected a cluster; ${serverlessKafkaRefused}` })
    .describe('A provisioned MSK cluster. MSK Serverless is not supported yet.'),
  securityGroup: id('sg').describe('Of the brokers; functions are let in to it.'),
  login: z.enum(['iam', 'scram']).default('iam'),
  secret: secretArn.optional().describe('With scram: {"username", "password"}, its name begins with AmazonMSK_.'),
  secretKey: keyArn.optional().describe('Encrypts the secret; MSK takes none that is encrypted with the key of AWS.'),
  replicationFactor: count.optional().describe('Of the topics; without it they are not made: they are there.'),
});
const selfManagedKafkaSchema = z.strictObject({
  brokers: z
    .array(
      z
        .string()
        .regex(/^[^\s/,]+:\d{1,5}$/, { error: 'expected host:port', abort: true })
        .refine(hasPort, 'expected host:port'),
    )
    .min(1),
  login: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  secret: secretArn.optional().describe('{"username", "password"}, unless login is none.'),
  secretKey: keyArn.optional().describe('Encrypts the secret, where it is not the key of AWS.'),
  securityGroup: id('sg').optional().describe('Of the brokers, where they are in the VPC.'),
  replicationFactor: count.default(3),
});

const domainSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https$/, error: 'expected an https:// address' })
    .refine((endpoint) => !isServerlessSearch(endpoint), { error: `expected a domain; ${serverlessSearchRefused}` }),
  arn: arn('es', 'domain/.+', 'arn:aws:es:eu-north-1:111122223333:domain/logs').describe(
    'OpenSearch Serverless is not supported yet: no lifecycle policies, and no create in time-series collections.',
  ),
  securityGroup: id('sg').optional().describe('Of the domain, where it is in the VPC.'),
  setUpRole: arn('iam', 'role/.+', 'arn:aws:iam::111122223333:role/offbeat-set-up').describe(
    'A role that Lambda may assume, mapped to all_access in the domain.',
  ),
});

const vpcSchema = z.strictObject({
  id: id('vpc'),
  zones: z.array(z.string()).min(2, 'expected two zones or more'),
  subnets: z.array(id('subnet')).min(2, 'expected a private subnet for each zone'),
});

const partitionsSchema = z.strictObject(
  Object.fromEntries(Object.keys(topics).map((role) => [role, count.optional()])) as Record<
    TopicRole,
    z.ZodOptional<typeof count>
  >,
);

/** In how many zones each size has its machines. */
export const zonesOf = { minimal: 2, production: 3 } as const;

/** As far back as DynamoDB recovers a table to a point in time. */
export const restoreDaysMax = 35;
/** A week: what was replaced is most of what S3 costs from 100,000 series on. */
export const restoreDaysDefault = 7;

const keysSchema = z.strictObject({
  size: z
    .enum(['minimal', 'production'])
    .default('minimal')
    .describe('Machines of MSK and OpenSearch, and in how many zones: docs/deploy.md has their prices.'),
  egress: z
    .enum(['endpoints', 'nat'])
    .default('endpoints')
    .describe('How what is in the VPC reaches AWS: by interface endpoints, or by NAT gateways.'),
  window: durationSchema
    .refine((ms) => ms === 500 || (ms >= 1_000 && ms <= 300_000 && ms % 1_000 === 0), {
      error: 'expected 500ms, or whole seconds up to 300s',
    })
    .prefault('2s')
    .describe('How long pollers gather at each of the four hops to a page; shorter costs more (docs/deploy.md).'),
  polling: z.enum(['on-demand', 'provisioned']).default('on-demand').describe('Of the event source mappings.'),
  shippers: z
    .array(z.union([id('sg'), z.cidrv4()], 'expected a security group or a range of addresses such as 10.0.0.0/16'))
    .default([])
    .describe('Who may ship beats to brokers that are made here: security groups, or ranges of addresses.'),
  disks: z
    .strictObject({ kafka: z.int().min(1).max(16_384).optional(), warehouse: z.int().min(10).max(16_384).optional() })
    .prefault({})
    .describe('GiB of each broker and data node; what the size has unless named. They can grow, and not shrink.'),
  vpc: vpcSchema.optional().describe('One that is there; endpoints or NAT are its owner’s business.'),
  kafka: z.union([managedKafkaSchema, selfManagedKafkaSchema]).optional(),
  domain: domainSchema.optional(),
  key: keyArn.optional().describe('Encrypts what is kept.'),
  alertTopic: arn('sns', '.+', 'arn:aws:sns:eu-north-1:111122223333:alerts').optional(),
  alarmTopic: arn('sns', '.+', 'arn:aws:sns:eu-north-1:111122223333:alarms')
    .optional()
    .describe('Told of alarms about Offbeat itself; a topic of its own unless it is given.'),
  analysts: z
    .array(arn('iam', 'role/.+', 'arn:aws:iam::111122223333:role/analysts'))
    .default([])
    .describe('May read the indices.'),
  partitions: partitionsSchema.prefault({}).describe('By topic; fixed for the life of the topics.'),
  keepData: z.boolean().default(true).describe('No: destroying the stacks destroys the data too.'),
  restoreDays: z
    .int()
    .min(1)
    .max(restoreDaysMax)
    .default(restoreDaysDefault)
    .describe('Days back to which state can be restored; every object of that time is kept and costs (docs/scale.md).'),
  reserveConcurrency: z
    .boolean()
    .default(true)
    .describe('No: for an account whose limit of concurrent functions is still that of a new one.'),
  tracing: z.boolean().default(false).describe('X-Ray.'),
});
export type DeploymentSettings = z.infer<typeof keysSchema>;

/** The part of `offbeat.yaml` that only a deployment reads. Every key has a default, and they fit together. */
export const deploymentSchema = keysSchema.superRefine((settings, context) => {
  for (const [key, expected] of misfits(settings)) {
    const path = key.split('.');
    context.addIssue({ code: 'custom', path, input: settings, message: `expected ${expected}` });
  }
});

/** What no stack could be made of although each key by itself is right: the key, and what is expected of it. */
function* misfits({
  size,
  egress,
  vpc,
  kafka,
  domain,
  disks,
  shippers,
}: DeploymentSettings): Generator<[string, string]> {
  if (vpc !== undefined) {
    const { zones, subnets } = vpc;
    if (new Set(zones).size < zones.length) yield ['vpc.zones', 'each zone once'];
    if (new Set(subnets).size < subnets.length) yield ['vpc.subnets', 'each subnet once'];
    if (subnets.length !== zones.length) yield ['vpc.subnets', `one for each of the ${zones.length} zones`];
    const isMade = kafka === undefined || domain === undefined;
    if (isMade && zones.length >= 2 && zones.length < zonesOf[size]) {
      yield ['vpc.zones', `${zonesOf[size]} zones, which size: ${size} has its machines in`];
    }
    if (egress === 'nat')
      yield ['egress', 'no nat: gateways are made in a VPC that is made, and this one is its owner’s'];
  }
  if (kafka !== undefined) {
    const wantsSecret = kafka.login !== 'iam' && kafka.login !== 'none';
    if (wantsSecret && kafka.secret === undefined) yield ['kafka.secret', `the ARN of one, for login: ${kafka.login}`];
    if (!wantsSecret && kafka.secret !== undefined) yield ['kafka.secret', `none with login: ${kafka.login}`];
    if (disks.kafka !== undefined) yield ['disks.kafka', 'none for brokers that are there'];
    if (shippers.length > 0) yield ['shippers', 'none for brokers that are there; let them in to their security group'];
    if (vpc === undefined && kafka.securityGroup === undefined && egress !== 'nat') {
      yield ['egress', 'nat, for brokers beyond the VPC; or name their vpc and securityGroup'];
    }
  }
  if (domain !== undefined && disks.warehouse !== undefined) {
    yield ['disks.warehouse', 'none for a domain that is there'];
  }
  if (vpc === undefined && (kafka?.securityGroup !== undefined || domain !== undefined)) {
    yield ['vpc', 'the one that brokers and domain are in; a VPC that is made has no way there'];
  }
}

/** Returns the partitions of every topic by its name: those that the settings give by role, and defaults for the rest. */
export function partitionCounts(given: DeploymentSettings['partitions']): PartitionCounts {
  const named = Object.entries(given).map(([role, partitions]) => [topics[role as TopicRole], partitions]);
  return { ...partitionsDefault, ...(Object.fromEntries(named) as Partial<Record<Topic, number>>) };
}
