import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existingPartitions } from '../../functions/shared/adapters/kafka/topics.ts';
import { sampleVersion } from '../../functions/shared/domain/sample.ts';
import { header } from '../../functions/shared/log/record.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from '../real/kafka.ts';
import { freePort } from '../real/servers/loopback.ts';
import { TestDeployment } from './deployment.ts';

describe('the stacks beside self-managed brokers', () => {
  const deployment = new TestDeployment();
  const kafkaAt = (broker: string): string =>
    `{ brokers: ['${broker}'], login: none, securityGroup: sg-0a1b2c3d, replicationFactor: 1 }`;

  beforeAll(() => deployment.open());
  afterAll(() => deployment.close());

  it('are rolled back where the topics cannot be created, with the reason, and leave nothing of the failed stack', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    await expect(deployment.deploy('one', kafkaAt(nowhere))).rejects.toThrow(nowhere);
    const ofCompleteStacks = /^Offbeat-(Network|State)-/;
    const others = (await deployment.functionsThere()).filter((name) => !ofCompleteStacks.test(name));
    expect(others).toEqual([]);
  });

  it('are deployed by a second try, which creates the topics', async () => {
    const [broker] = deployment.kafka.brokers;
    // A synth refuses other addresses; the mappings of the first ones were never deployed.
    deployment.forgetLayout();
    await deployment.deploy('one', kafkaAt(broker!));
    expect(await existingPartitions(deployment.kafka)).toEqual(onePartitionEach);
  });

  it('append to the topics', async () => {
    const reader = new KafkaReader(deployment.kafka);
    await deployment.shipDocument();
    const schemas = (await reader.read(topics.samples, 0)).map(({ headers }) => headers[header.schema]);
    expect(schemas).toContain(sampleVersion);
    await reader.close();
  });

  it('leave the topics as they are when they are destroyed', async () => {
    await deployment.cdk.destroy('Offbeat');
    expect(await existingPartitions(deployment.kafka)).toEqual(onePartitionEach);
  });
});
