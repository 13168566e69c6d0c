import * as z from 'zod';
import { durationSchema } from '../functions/shared/domain/duration-schema.ts';
import { isPrefix, prefixExpected } from '../functions/shared/domain/kafka-prefix.ts';
import {
  type PartitionCounts,
  partitionsDefault,
  type Topic,
  type TopicRole,
  topics,
} from '../functions/shared/log/topics.ts';
import {
  arn,
  count,
  domainSchema,
  id,
  keyArn,
  managedKafkaSchema,
  selfManagedKafkaSchema,
  userPoolSchema,
  vpcSchema,
} from './existing-resources.ts';

const partitionsSchema = z.strictObject(
  Object.fromEntries(Object.keys(topics).map((role) => [role, count.optional()])) as Record<
    TopicRole,
    z.ZodOptional<typeof count>
  >,
);

/** The number of zones that each size has machines in. */
export const zonesOf = { minimal: 2, production: 3 } as const;

/** The partitions of each size, by the role of the topic; one for each topic that is not named. */
const partitionsOf = {
  minimal: {},
  production: { beats: 4, samples: 10, summaries: 10 },
} as const satisfies Record<keyof typeof zonesOf, Partial<Record<TopicRole, number>>>;

/** The limit of DynamoDB for recovering a table to a point in time, in days. */
export const restoreDaysMax = 35;
/** A week: from 100,000 series on, replaced objects are most of what S3 costs. */
export const restoreDaysDefault = 7;

const keysSchema = z.strictObject({
  size: z
    .enum(['minimal', 'production'])
    .default('minimal')
    .describe('The machines of MSK and OpenSearch, and the number of zones. docs/deploy.md lists the prices.'),
  zones: z
    .array(z.string().regex(/^[a-z]+(-[a-z]+)+-\d+[a-z]$/, 'expected the name of a zone such as eu-north-1a'))
    .default([])
    .describe('The zones of a created VPC, by their names in the account; by default the first of the region.'),
  egress: z
    .enum(['endpoints', 'nat'])
    .default('endpoints')
    .describe('How functions in the VPC reach AWS: by interface endpoints, or by NAT gateways.'),
  window: durationSchema
    .refine((ms) => ms === 500 || (ms >= 1_000 && ms <= 300_000 && ms % 1_000 === 0), {
      error: 'expected 500ms, or whole seconds up to 300s',
    })
    .optional()
    .describe(
      'How long pollers gather records at each of the four hops to a page: by default 5s with size: minimal, 2s with production. A shorter window costs more (docs/deploy.md).',
    ),
  polling: z
    .enum(['on-demand', 'provisioned'])
    .default('on-demand')
    .describe('How the event source mappings poll Kafka.'),
  shippers: z
    .array(z.union([id('sg'), z.cidrv4()], 'expected a security group or a range of addresses such as 10.0.0.0/16'))
    .default([])
    .describe('The security groups or ranges of addresses that may send beats to the created brokers.'),
  disks: z
    .strictObject({ kafka: z.int().min(1).max(16_384).optional(), warehouse: z.int().min(10).max(16_384).optional() })
    .prefault({})
    .describe(
      'GiB of each broker and data node; by default those of the size. That of a broker grows by 10 or more, and never shrinks.',
    ),
  vpc: vpcSchema.optional().describe('An existing VPC. Its owner provides the endpoints or NAT.'),
  kafka: z.union([managedKafkaSchema, selfManagedKafkaSchema]).optional(),
  warehouse: z
    .enum(['opensearch', 'none'])
    .default('opensearch')
    .describe(
      'With none there is no OpenSearch: alerts are sent, and the API knows open alerts, silences and deliveries (docs/deploy.md, Without a warehouse).',
    ),
  domain: domainSchema.optional(),
  page: z
    .union([z.enum(['none', 'cognito']), userPoolSchema])
    .default('none')
    .describe(
      'The page for browsers: none; cognito, with a user pool that is created; or userPool and signInUrl of an existing one (docs/deploy.md, The page).',
    ),
  key: keyArn.optional().describe('The KMS key that encrypts stored data.'),
  alertTopic: arn('sns', '.+', 'arn:aws:sns:eu-north-1:111122223333:alerts').optional(),
  alarmTopic: arn('sns', '.+', 'arn:aws:sns:eu-north-1:111122223333:alarms')
    .optional()
    .describe('The SNS topic for alarms about Offbeat itself; by default one is created.'),
  analysts: z
    .array(arn('iam', 'role/.+', 'arn:aws:iam::111122223333:role/analysts'))
    .default([])
    .describe('The roles that may read the indices.'),
  partitions: partitionsSchema
    .prefault({})
    .describe('The number of partitions of each topic, by default those of the size; fixed for the life of the topic.'),
  prefix: z
    .string()
    .refine(isPrefix, { error: prefixExpected })
    .optional()
    .describe(
      'The prefix of topics and groups on the brokers; fixed for their life. It keeps two deployments on one cluster apart.',
    ),
  keepData: z.boolean().default(true).describe('With false, destroying the stacks destroys the data too.'),
  protected: z
    .boolean()
    .default(false)
    .describe(
      'Set to true after the first deployment: protects tables, and stacks that keep something, from deletion.',
    ),
  restoreDays: z
    .int()
    .min(1)
    .max(restoreDaysMax)
    .default(restoreDaysDefault)
    .describe(
      'The number of days back to which state can be restored. Every object of that time is kept, which costs (docs/scale.md).',
    ),
  reserveConcurrency: z
    .boolean()
    .optional()
    .describe(
      'Whether normalise, detect and alert reserve concurrent executions; by default with size: production. A new account cannot.',
    ),
  metrics: z
    .enum(['alarmed', 'all'])
    .optional()
    .describe(
      'Counters and gauges of which CloudWatch makes metrics: those that alarms and the dashboard read, or all; by default alarmed with size: minimal, all with production. The log has all of them.',
    ),
  tracing: z.boolean().default(false).describe('Whether X-Ray traces the functions.'),
});
export type DeploymentSettings = z.infer<typeof keysSchema>;

/** The part of `offbeat.yaml` that only a deployment reads. Every key has a default, and they fit together. */
export const deploymentSchema = keysSchema.superRefine((settings, context) => {
  // A key that is wrong by itself is named once.
  const wrong = new Set(context.issues.map(({ path = [] }) => path.join('.')));
  for (const [key, expected] of misfits(settings)) {
    if (wrong.has(key)) continue;
    const path = key.split('.');
    context.addIssue({ code: 'custom', path, input: settings, message: `expected ${expected}` });
  }
});

/** Yields each key that is valid alone but not together with others, and what is expected of it. */
function* misfits({
  size,
  zones: named,
  egress,
  vpc,
  kafka,
  warehouse,
  domain,
  disks,
  analysts,
  shippers,
  keepData,
  protected: isProtected,
}: DeploymentSettings): Generator<[string, string]> {
  if (new Set(named).size < named.length) yield ['zones', 'each zone once'];
  if (named.length > 0 && named.length < zonesOf[size]) {
    yield ['zones', `${zonesOf[size]} zones, which size: ${size} has machines in`];
  }
  if (vpc !== undefined) {
    const { zones, subnets } = vpc;
    if (named.length > 0) yield ['zones', 'none with an existing vpc, whose own zones are used'];
    if (new Set(zones).size < zones.length) yield ['vpc.zones', 'each zone once'];
    if (new Set(subnets).size < subnets.length) yield ['vpc.subnets', 'each subnet once'];
    if (subnets.length !== zones.length) yield ['vpc.subnets', `one for each of the ${zones.length} zones`];
    const isMade = kafka === undefined || createsDomain({ warehouse, domain });
    if (isMade && zones.length >= 2 && zones.length < zonesOf[size]) {
      yield ['vpc.zones', `${zonesOf[size]} zones, which size: ${size} has machines in`];
    }
    if (egress === 'nat')
      yield ['egress', 'no nat: gateways are created only in a VPC that is created, and this one exists'];
  }
  if (kafka !== undefined) {
    const wantsSecret = kafka.login !== 'iam' && kafka.login !== 'none';
    if (wantsSecret && kafka.secret === undefined) yield ['kafka.secret', `the ARN of one, for login: ${kafka.login}`];
    if (!wantsSecret && kafka.secret !== undefined) yield ['kafka.secret', `none with login: ${kafka.login}`];
    if (disks.kafka !== undefined) yield ['disks.kafka', 'none for existing brokers'];
    if (shippers.length > 0) yield ['shippers', 'none for existing brokers; let shippers in to their security group'];
    if (vpc === undefined && kafka.securityGroup === undefined && egress !== 'nat') {
      yield ['egress', 'nat, for brokers outside the VPC; or name their vpc and securityGroup'];
    }
  }
  if (domain !== undefined && disks.warehouse !== undefined) {
    yield ['disks.warehouse', 'none for an existing domain'];
  }
  if (warehouse === 'none') {
    if (domain !== undefined)
      yield ['domain', 'none with warehouse: none; to use the domain, set warehouse: opensearch'];
    if (domain === undefined && disks.warehouse !== undefined) {
      yield ['disks.warehouse', 'none with warehouse: none'];
    }
    if (analysts.length > 0) yield ['analysts', 'none with warehouse: none, which has no indices that they could read'];
  }
  if (isProtected && !keepData) {
    yield ['protected', 'false with keepData: false; nothing can be destroyed that is protected'];
  }
  if (vpc === undefined && (kafka?.securityGroup !== undefined || domain !== undefined)) {
    yield ['vpc', 'the VPC of the brokers and the domain; a created VPC has no route to them'];
  }
}

/** Returns whether a deployment creates an OpenSearch domain. */
export const createsDomain = ({ warehouse, domain }: Pick<DeploymentSettings, 'warehouse' | 'domain'>): boolean =>
  warehouse === 'opensearch' && domain === undefined;

/** The window of each size, in ms, if the settings have none. */
const windowMsOfSize: Readonly<Record<DeploymentSettings['size'], number>> = { minimal: 5_000, production: 2_000 };

/** Returns the time for which pollers gather records, in ms: that of the settings, or that of the size. */
export const windowMs = ({ size, window }: Pick<DeploymentSettings, 'size' | 'window'>): number =>
  window ?? windowMsOfSize[size];

/** Returns the partitions of every topic by its name: those that the settings give by role, and those of the size for the rest. */
export function partitionCounts({
  size,
  partitions,
}: Pick<DeploymentSettings, 'size' | 'partitions'>): PartitionCounts {
  const named = Object.entries({ ...partitionsOf[size], ...partitions }).map(([role, count]) => [
    topics[role as TopicRole],
    count,
  ]);
  return { ...partitionsDefault, ...(Object.fromEntries(named) as Partial<Record<Topic, number>>) };
}
