import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaEventLog } from '../../../../../functions/shared/adapters/kafka/event-log.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';

const record = { topic: topics.samples, partition: 0, key: null, value: Buffer.from('{}'), headers: {} };

describe('a Kafka event log without a broker that answers', () => {
  const sockets = new Set<Socket>();
  let deaf: Server;
  let port: number;
  beforeAll(async () => {
    deaf = createServer((socket) => sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    port = (deaf.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    deaf.close();
    await once(deaf, 'close');
  });

  it('an append is unavailable when its time is over', async () => {
    const log = kafkaEventLog({ brokers: [`127.0.0.1:${port}`] }, { deadlineMs: 100 });
    await expect(log.append([record])).rejects.toThrow(UnavailableError);
    await expect(log.earliestOffset(topics.samples, 0)).rejects.toThrow(UnavailableError);
    await log.close();
  });

  it('an append is unavailable at once if no broker listens, and the error has the reason', async () => {
    const log = kafkaEventLog({ brokers: ['127.0.0.1:1'] });
    const failed: unknown = await log.append([record]).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UnavailableError);
    expect(failed).toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), cause: expect.any(Error) });
    await log.close();
  });

  it('an append of no records makes no request', async () => {
    const log = kafkaEventLog({ brokers: ['127.0.0.1:1'] });
    expect(await log.append([])).toEqual([]);
    await log.close();
  });
});
