import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kafkaTargetDefaults } from '../../../../../functions/collect/kafka/target.ts';
import { kafkaCluster } from '../../../../../functions/shared/adapters/kafka/cluster.ts';
import { Loopback } from '../../../../support/loopback.ts';
import { int16, int32, type Lie, lying, versionsAnswer } from './lying-broker.ts';

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

describe('a Kafka cluster whose answers lie', () => {
  const metadata = 3;
  const flexible = versionsAnswer([[metadata, 12, 12]]);
  const early = versionsAnswer([[metadata, 1, 1]]);
  const reasonOf = async (versions: Buffer, lie: Lie): Promise<string> =>
    read(await loopback.tcp(lying(versions, lie))).then(
      () => 'it was read',
      (error: Error) => `${error.name}: ${error.message.replace(/^\S+ /, '')}`,
    );

  it.each([
    [2 ** 31 - 1, /gave no answer: an answer has 2147483647 bytes, and at most 8 MiB are read$/],
    [-5, /gave no answer: an answer has a length of -5 bytes$/],
  ])('with a length of %d bytes is refused before a byte of it is kept', async (length, reason) => {
    const port = await loopback.tcp((socket) => socket.once('data', () => socket.write(int32(length))));
    await expect(read(port)).rejects.toThrow(reason);
  });

  it('with more entries than bytes is not read', async () => {
    // Half a billion brokers in an answer of 20 bytes.
    const reason = await reasonOf(early, () => Buffer.concat([int32(2 ** 29), Buffer.alloc(16)]));
    expect(reason).toMatch(/^ClusterUnreadableError: gave no answer: /);
  });

  it('with a text of negative length does not make it read the same bytes again', async () => {
    // A broker: its id, then a host of -6 bytes, which would lead back to the id.
    const broker = Buffer.concat([int32(1), int16(-6), Buffer.alloc(32)]);
    const reason = await reasonOf(early, () => Buffer.concat([int32(2 ** 31 - 1), broker]));
    expect(reason).toBe('ClusterUnreadableError: gave no answer: an answer contains a length that cannot be');
  });

  /** Returns an answer that names this many brokers, each at an address of its own where nothing listens. */
  const brokersAnswer = (count: number, port: number): Buffer => {
    const brokers = Array.from({ length: count }, (_, id) => {
      const host = `127.0.1.${id}`;
      return Buffer.concat([int32(id), Buffer.of(host.length + 1), Buffer.from(host), int32(port), Buffer.of(0, 0)]);
    });
    return Buffer.concat([
      Buffer.of(0),
      int32(0),
      Buffer.of(count + 1),
      ...brokers,
      Buffer.of(0),
      int32(0),
      Buffer.of(1, 0),
    ]);
  };

  it('with more brokers than are asked names them as a part that was not read, and connects to no more', async () => {
    const body = brokersAnswer(100, await loopback.deadPort());
    const port = await loopback.tcp(lying(flexible, () => body));
    const limits = { ...kafkaTargetDefaults, brokersMax: 3 };
    const { brokers: found, unread } = await kafkaCluster({ brokers: [`127.0.0.1:${port}`] }).takeSnapshot(limits);
    expect(found.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(unread[0]).toEqual({ part: 'some of the brokers', reason: 'there are 100, and at most 3 are read' });
    // The client asks all brokers that it knows for their groups.
    expect(unread.at(-1)).toEqual({ part: 'the groups', reason: 'its brokers name more than 6 addresses' });
  });

  it('with any bytes is either read or refused, and never ends the process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.boolean(), async (bytes, isEarly) => {
        const reason = await reasonOf(isEarly ? early : flexible, () => Buffer.from(bytes));
        expect(reason).toMatch(/^(it was read|ClusterUnreadableError: gave no answer: .+)$/);
      }),
      { numRuns: 200 },
    );
  });
});
