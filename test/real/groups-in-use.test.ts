import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { consumerGroupsOf } from '../../functions/deployed-functions.ts';
import { createSetUpKafka } from '../../functions/set-up-kafka/handler.ts';
import { kafkaAdmin } from '../../functions/shared/adapters/kafka/admin.ts';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { existingPartitions } from '../../functions/shared/adapters/kafka/topics.ts';
import { kafkaNames } from '../../functions/shared/log/kafka-names.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { realWaits, type WaitTiming } from '../../functions/shared/time/waits.ts';
import { GroupMember } from '../../local/kafka/member.ts';
import { MemoryTelemetry } from '../../local/memory-telemetry.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { testAdmin } from './kafka.ts';
import { type SecuredKafka, shipper, startSecuredKafka, user } from './servers/secured-kafka.ts';

const detect = 'offbeat-detect';
const created = { PhysicalResourceId: 'offbeat-kafka', Data: { created: 6, unchanged: 0 } };
const found = { PhysicalResourceId: 'offbeat-kafka', Data: { created: 0, unchanged: 6 } };

/** Waits, and counts the waits; the time passes at once. */
function passingTime() {
  let passedMs = 0;
  const wait = async (ms: number) => {
    passedMs += ms;
  };
  return { nowMs: () => passedMs, wait } satisfies WaitTiming;
}

describe('the creation of a deployment on brokers that exist', () => {
  let kafka: SecuredKafka;
  let administrator: KafkaConnection;
  const members = new Set<GroupMember>();

  /** Logs in with the rights that docs/on-premises.md lists. */
  const loginOf = ({ name, password }: typeof user): KafkaConnection => ({
    brokers: [kafka.tlsLogin],
    tls: { ca: kafka.ca },
    sasl: { mechanism: 'SCRAM-SHA-512', username: name, password: async () => password },
  });

  beforeAll(async () => {
    kafka = await startSecuredKafka();
    administrator = { brokers: [kafka.tls], tls: { ca: kafka.ca } };
  });
  afterEach(async () => {
    for (const member of members) await member.leave();
    members.clear();
  });
  afterAll(() => kafka?.close());

  /** Sends a request of CloudFormation to the function. */
  function request(
    RequestType: 'Create' | 'Update',
    connection: KafkaConnection = loginOf(user),
    timing: WaitTiming = passingTime(),
  ) {
    const telemetry = new MemoryTelemetry(() => {});
    const layout = { partitions: onePartitionEach };
    const handler = createSetUpKafka({ layout, kafkaAdmin: kafkaAdmin(connection), telemetry, timing });
    const ResourceProperties = { replicationFactor: '1', groups: consumerGroupsOf(true) };
    return handler({ RequestType, ResourceProperties }, lambdaContext());
  }

  /** Joins a group as the poller of an event source mapping does. */
  async function join(prefix?: string): Promise<GroupMember> {
    const member = new GroupMember({
      connection: { ...administrator, ...(prefix && { prefix }) },
      clientId: 'poller',
      groupId: kafkaNames(prefix).group(detect),
      topics: [topics.samples],
      times: { sessionMs: 6_000, heartbeatMs: 2_000 },
      onAssignment: () => {},
      onError: () => {},
    });
    members.add(member);
    await member.join();
    return member;
  }

  async function stateOf(group: string): Promise<string | undefined> {
    const admin = testAdmin(administrator);
    try {
      return (await admin.describeGroups({ groups: [group] })).get(group)?.state;
    } finally {
      await admin.close();
    }
  }

  it('succeeds on a broker that was never used, by a user with the documented rights', async () => {
    expect(await existingPartitions(administrator)).toEqual({});
    expect(await request('Create')).toEqual(created);
  });

  it('is refused while another deployment reads with the same group, which an update is not', async () => {
    await join();
    await expect(request('Create')).rejects.toThrow(
      `consumer group ${detect} has had members for 90 s: another deployment reads these topics. Set deployment.prefix`,
    );
    expect(await request('Update')).toEqual(found);
  });

  it('makes no topic where it is refused', async () => {
    const prefixed = { ...administrator, prefix: 'team-b' };
    await request('Create', prefixed);
    await join('team-b');
    const admin = testAdmin(administrator);
    await admin.deleteTopics({ topics: ['team-b.offbeat.alerts'] });
    await admin.close();
    await expect(request('Create', prefixed)).rejects.toThrow('consumer group team-b.offbeat-detect has had members');
    expect(await existingPartitions(prefixed)).not.toHaveProperty(topics.alerts);
  });

  it('succeeds with a prefix while the deployment without one reads', async () => {
    await join();
    expect(await request('Create', { ...administrator, prefix: 'team-a' })).toEqual(created);
  });

  it('succeeds again after the stack was destroyed, with the topics, the groups and their offsets still there', async () => {
    const member = await join();
    await member.commit(topics.samples, 0, 0);
    await member.leave();
    members.delete(member);
    expect(await stateOf(detect)).toBe('Empty');
    expect(await request('Create')).toEqual(found);
  });

  it('waits for the sessions of members that did not leave', async () => {
    const program = new URL('./groups-in-use/member.ts', import.meta.url).pathname;
    const child = fork(program, [kafka.tls, kafka.ca, detect], { execArgv: [] });
    expect(await once(child, 'message')).toContain('joined');
    child.kill('SIGKILL');
    await once(child, 'exit');
    let waits = 0;
    const wait = (ms: number) => {
      waits += 1;
      return realWaits.wait(ms);
    };
    expect(await request('Create', loginOf(user), { nowMs: () => performance.now(), wait })).toEqual(found);
    expect(waits).toBeGreaterThan(0);
  });

  it('fails with the error of the brokers where the user may not describe the groups', async () => {
    await expect(request('Create', loginOf(shipper))).rejects.toThrow('GROUP_AUTHORIZATION_FAILED');
  });
});
