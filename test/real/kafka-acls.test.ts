import { AclOperations, AclPermissionTypes, Producer, ResourcePatternTypes, ResourceTypes } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSetUpKafka } from '../../functions/set-up-kafka/handler.ts';
import { kafkaAdmin } from '../../functions/shared/adapters/kafka/admin.ts';
import { clientOptions, type KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { deepestMessage } from '../../functions/shared/adapters/kafka/errors.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../local/memory-telemetry.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { KafkaReader, record, testAdmin } from './kafka.ts';
import { type SecuredKafka, shipper, startSecuredKafka } from './servers/secured-kafka.ts';

/** The protocol's errors of topics, groups and clusters that a user may not use. */
const refused = /AUTHORIZATION_FAILED/;

/** Returns what a broker refused a request with, or `allowed`. */
const refusalOf = (request: Promise<unknown>): Promise<string> => request.then(() => 'allowed', deepestMessage);

/** A page of AWS says that the property has no effect on a cluster that uses IAM, so both values are tried. */
describe.each([false, true])('the shippers’ user, with allow.everyone.if.no.acl.found=%s', (allowEveryone) => {
  let kafka: SecuredKafka;
  let administrator: KafkaConnection;
  let asShipper: KafkaConnection;

  beforeAll(async () => {
    kafka = await startSecuredKafka({ allowEveryone });
    administrator = { brokers: [kafka.tls], tls: { ca: kafka.ca } };
    const sasl = {
      mechanism: 'SCRAM-SHA-512',
      username: shipper.name,
      password: async () => shipper.password,
    } as const;
    asShipper = { brokers: [kafka.tlsLogin], tls: { ca: kafka.ca }, sasl };
    await createTopics(administrator, onePartitionEach);
  });
  afterAll(() => kafka?.close());

  /** Sends a request of CloudFormation to the function, as the user that may do everything. */
  function setUp(RequestType: 'Create' | 'Update') {
    const telemetry = new MemoryTelemetry(() => {});
    const layout = { partitions: onePartitionEach };
    const handler = createSetUpKafka({ layout, kafkaAdmin: kafkaAdmin(administrator), telemetry });
    return handler({ RequestType, ResourceProperties: { shipper: shipper.name } }, lambdaContext());
  }

  async function aclsOfShipper(): Promise<number> {
    const admin = testAdmin(administrator);
    const { ANY } = AclOperations;
    try {
      const resources = await admin.describeAcls({
        filter: {
          resourceType: ResourceTypes.ANY,
          resourceName: null,
          resourcePatternType: ResourcePatternTypes.ANY,
          principal: `User:${shipper.name}`,
          host: null,
          operation: ANY,
          permissionType: AclPermissionTypes.ANY,
        },
      });
      return resources.flatMap(({ acls }) => acls).length;
    } finally {
      await admin.close();
    }
  }

  async function append(topic: Topic): Promise<readonly unknown[]> {
    const log = kafkaEventLog(asShipper);
    try {
      return await log.append([record({ topic, value: Buffer.from('{}') })]);
    } finally {
      await log.close();
    }
  }

  it.skipIf(allowEveryone)('may not append before the ACLs are set', async () => {
    await expect(append(topics.beats)).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
  });

  it('gets the same ACLs however often a deployment sets them', async () => {
    const { Data } = await setUp('Create');
    const count = await aclsOfShipper();
    expect(Data).toEqual({ acls: count });
    await setUp('Update');
    expect(await aclsOfShipper()).toBe(count);
  });

  it('appends to the topic of beats, and idempotently too', async () => {
    expect(await append(topics.beats)).toEqual([]);
    const producer = new Producer({ ...clientOptions(asShipper, 'idempotent', 10_000), idempotent: true });
    try {
      const message = { topic: topics.beats, partition: 0, value: Buffer.from('{}') };
      expect(await producer.send({ messages: [message], idempotent: true, acks: -1 })).toMatchObject({
        offsets: [{ topic: topics.beats, partition: 0 }],
      });
    } finally {
      await producer.close();
    }
  });

  it.each(Object.values(topics).filter((topic) => topic !== topics.beats))('may not append to %s', async (topic) => {
    expect(await refusalOf(append(topic))).toMatch(refused);
  });

  it.each(Object.values(topics))('may not read %s', async (topic) => {
    const reader = new KafkaReader(asShipper);
    try {
      expect(await refusalOf(reader.read(topic, 0))).toMatch(refused);
    } finally {
      await reader.close();
    }
  });

  it('may not create, change or delete a topic, nor see groups, nor allow itself more', async () => {
    const admin = testAdmin(asShipper);
    try {
      expect(await refusalOf(admin.createTopics({ topics: ['mine'], partitions: 1, replicas: 1 }))).toMatch(refused);
      expect(await refusalOf(admin.deleteTopics({ topics: [topics.beats] }))).toMatch(refused);
      expect(
        await refusalOf(admin.createPartitions({ topics: [{ name: topics.beats, count: 2, assignments: [] }] })),
      ).toMatch(refused);
      const acl = {
        resourceType: ResourceTypes.TOPIC,
        resourceName: topics.samples,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${shipper.name}`,
        host: '*',
        operation: AclOperations.ALL,
        permissionType: AclPermissionTypes.ALLOW,
      };
      expect(await refusalOf(admin.createAcls({ creations: [acl] }))).toMatch(refused);
      expect(await refusalOf(admin.describeGroups({ groups: ['offbeat-detect'] }))).toMatch(refused);
    } finally {
      await admin.close();
    }
  });
});
