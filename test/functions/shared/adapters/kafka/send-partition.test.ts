import { ProtocolError } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Indexed } from '../../../../../functions/shared/adapters/kafka/chunks.ts';
import { sendPartition } from '../../../../../functions/shared/adapters/kafka/send-partition.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';

const indexed = (index: number): Indexed => ({
  index,
  record: { topic: topics.samples, partition: 0, key: null, value: Buffer.alloc(0), headers: {} },
});
const indices = (chunk: readonly Indexed[]) => chunk.map(({ index }) => index);

/** A broker that takes a chunk unless one of its records is refused, and what arrived at it. */
function brokerOf(refused: ReadonlySet<number>, apiId = 'MESSAGE_TOO_LARGE') {
  const arrived: number[] = [];
  let inFlight = 0;
  const send = async (chunk: readonly Indexed[]) => {
    inFlight += 1;
    expect(inFlight).toBe(1);
    await Promise.resolve();
    inFlight -= 1;
    if (indices(chunk).some((index) => refused.has(index))) throw new ProtocolError(apiId);
    arrived.push(...indices(chunk));
  };
  return { arrived, send };
}

const noLimit = () => {};

describe('sending the chunks of a partition', () => {
  it('each refused record is found, and all others are sent once, in order, one chunk at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 })), fc.array(fc.nat(60)), async (sizes, blamed) => {
        let index = 0;
        const chunks = sizes.map((size) => Array.from({ length: size }, () => indexed(index++)));
        const all = indices(chunks.flat());
        const refused = new Set(blamed.filter((one) => one < index));
        const { arrived, send } = brokerOf(refused);
        const answer = await sendPartition(chunks, send, noLimit);
        expect(arrived).toEqual(all.filter((one) => !refused.has(one)));
        expect(answer).toEqual(
          all.filter((one) => refused.has(one)).map((one) => ({ index: one, reason: 'message too large' })),
        );
      }),
    );
  });

  it.each([
    ['MESSAGE_TOO_LARGE', 'message too large'],
    ['RECORD_LIST_TOO_LARGE', 'message too large'],
    ['INVALID_RECORD', 'invalid record'],
    ['CORRUPT_MESSAGE', 'corrupt record'],
  ])('%s counts as a refusal of the record', async (apiId, reason) => {
    const { send } = brokerOf(new Set([1]), apiId);
    expect(await sendPartition([[indexed(0), indexed(1)]], send, noLimit)).toEqual([{ index: 1, reason }]);
  });

  it.each([
    'UNKNOWN_TOPIC_OR_PARTITION',
    'TOPIC_AUTHORIZATION_FAILED',
    'NOT_ENOUGH_REPLICAS',
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'REQUEST_TIMED_OUT',
    'NOT_LEADER_OR_FOLLOWER',
    'POLICY_VIOLATION',
  ])('%s is no refusal, and nothing is sent after it', async (apiId) => {
    const { arrived, send } = brokerOf(new Set([1]), apiId);
    const chunks = [[indexed(0)], [indexed(1)], [indexed(2)]];
    await expect(sendPartition(chunks, send, noLimit)).rejects.toMatchObject({ apiId });
    expect(arrived).toEqual([0]);
  });

  it('no chunk is begun when the time is over', async () => {
    const { arrived, send } = brokerOf(new Set());
    let left = 2;
    const mayGoOn = () => {
      left -= 1;
      if (left < 0) throw new UnavailableError('too late');
    };
    await expect(sendPartition([[indexed(0)], [indexed(1)], [indexed(2)]], send, mayGoOn)).rejects.toThrow('too late');
    expect(arrived).toEqual([0, 1]);
  });
});
