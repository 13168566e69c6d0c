import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kafkaTargetDefaults } from '../../../../../functions/collect/kafka/target.ts';
import { kafkaCluster } from '../../../../../functions/shared/adapters/kafka/cluster.ts';
import { Loopback } from '../../../../support/loopback.ts';

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

const read = (port: number, totalMs = 10_000) =>
  kafkaCluster({ brokers: [`127.0.0.1:${port}`] }).takeSnapshot({ ...kafkaTargetDefaults, totalMs });

describe('a Kafka cluster that cannot be read', () => {
  it('refuses the connection', async () => {
    await expect(read(await loopback.deadPort())).rejects.toMatchObject({
      name: 'ClusterUnreadableError',
      isRefused: true,
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ refused the connection: nothing listens there$/),
    });
  });

  it('is silent: the snapshot ends within its time', async () => {
    await expect(read(await loopback.tcp(() => {}), 200)).rejects.toMatchObject({
      isRefused: false,
      message: expect.stringMatching(/gave no answer: Kafka: no answer within \d/),
    });
  });

  it('closes the connection', async () => {
    const port = await loopback.tcp((socket) => socket.end());
    await expect(read(port)).rejects.toMatchObject({ name: 'ClusterUnreadableError', isRefused: false });
  });
});
