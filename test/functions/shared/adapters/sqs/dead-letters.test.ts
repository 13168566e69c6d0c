import { createHash } from 'node:crypto';
import { type SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqsDeadLetters } from '../../../../../functions/shared/adapters/sqs/dead-letters.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { letterHeader } from '../../../../../functions/shared/log/dead-letter.ts';
import { letterOf } from '../../../../../functions/shared/log/dead-letter-message.ts';
import { header, type OutgoingRecord } from '../../../../../functions/shared/log/record.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../../../functions/shared/ports/telemetry.ts';
import { appendLetters } from '../../../../../functions/shared/runner/append-letters.ts';
import { failureOf, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// Against a real server: test/real/lambda/functions.test.ts and test/real/operator.test.ts.

const aws = scriptedAws();

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}
const entriesOf = (body: string): readonly Entry[] => JSON.parse(body).Entries;
const offsetIn = ({ MessageBody }: Entry): number => Number(letterOf(MessageBody)!.headers[letterHeader.offset]);

/** Answers a request: each entry is accepted, except those for which `fails` returns a code. */
const accepting =
  (fails: (offset: number) => string | undefined = () => undefined): Script =>
  ({ body }) => {
    const entries = entriesOf(body).map((entry) => ({ ...entry, Code: fails(offsetIn(entry)) }));
    const failed = entries.filter(({ Code }) => Code !== undefined);
    const accepted = entries.filter(({ Code }) => Code === undefined);
    return {
      status: 200,
      body: {
        Failed: failed.map(({ Id, Code }) => ({ Id, Code, SenderFault: true, Message: 'as scripted' })),
        Successful: accepted.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: `of ${Id}`,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        })),
      },
    };
  };

const letter = (offset: number, bytes = 5): OutgoingRecord => ({
  topic: topics.deadLetters,
  partition: 0,
  key: 'alert-1',
  value: Buffer.alloc(bytes, 'x'),
  headers: {
    [header.position]: `publish/offbeat.alerts/0 0 ${offset} 0`,
    [header.sourceTime]: '1000',
    [letterHeader.offset]: String(offset),
  },
});
const lettersUpTo = (count: number, bytes?: number) => Array.from({ length: count }, (_, nth) => letter(nth, bytes));

const waited: number[] = [];
const noWaits = { nowMs: () => 0, wait: async (ms: number) => void waited.push(ms) };

async function deadLetters(...script: readonly Script[]) {
  const client = new SQSClient(await aws.answer(script));
  return sqsDeadLetters(client, `${aws.endpoint}/1/rejected`, noWaits);
}
const sentOffsets = () => aws.calls.flatMap(({ body }) => entriesOf(body).map(offsetIn)).sort((a, b) => a - b);

/** Returns a generator of numbers in [0, 1), the same for each seed. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('dead letters on SQS', () => {
  it('a letter is sent with its key, headers and bytes, and its name as the id', async () => {
    const queue = await deadLetters(accepting());
    expect(await queue.append([letter(7)])).toEqual([]);
    const [{ Id, MessageBody }] = entriesOf(aws.calls[0]!.body) as [Entry];
    expect(Id).toBe('0');
    expect(JSON.parse(MessageBody).id).toBe('publish/offbeat.alerts/0 0 7 0 1000');
    const { key, value, headers } = letter(7);
    expect(letterOf(MessageBody)).toEqual({ key, value, headers });
    expect(aws.bodies[0]).toMatchObject({ QueueUrl: `${aws.endpoint}/1/rejected` });
  });

  it('no letter makes no request', async () => {
    const queue = await deadLetters(accepting());
    expect(await queue.append([])).toEqual([]);
    expect(aws.calls).toEqual([]);
  });

  it('a thousand letters are sent once each, ten in a request', async () => {
    const queue = await deadLetters(accepting());
    expect(await queue.append(lettersUpTo(1_001))).toEqual([]);
    expect(sentOffsets()).toEqual(Array.from({ length: 1_001 }, (_, nth) => nth));
    expect(aws.calls.map(({ body }) => entriesOf(body).length).sort((a, b) => a - b)[0]).toBe(1);
    expect(aws.calls).toHaveLength(101);
  });

  it('large letters share a request up to 1 MiB', async () => {
    const queue = await deadLetters(accepting());
    await queue.append(lettersUpTo(4, 300_000));
    expect(aws.calls.map(({ body }) => entriesOf(body).length)).toEqual([2, 2]);
  });

  it('a letter above 1 MiB is refused and not sent, and those beside it are kept', async () => {
    const queue = await deadLetters(accepting());
    expect(await queue.append([letter(0), letter(1, 1_000_000), letter(2)])).toEqual([
      { index: 1, reason: 'message too large' },
    ]);
    expect(sentOffsets()).toEqual([0, 2]);
  });

  it('a letter above 1 MiB is kept without the end of its value, and the message tells its length', async () => {
    const queue = await deadLetters(accepting());
    const errors: string[] = [];
    const telemetry = { ...silentTelemetry, error: (message: string) => errors.push(message) };
    await appendLetters([letter(0), letter(1, 4_000_000)], { deadLetters: queue, telemetry });
    const kept = aws.calls.flatMap(({ body }) => entriesOf(body)).map(({ MessageBody }) => letterOf(MessageBody)!);
    expect(kept.map(({ value, headers }) => [value.length, headers[letterHeader.cutFrom]])).toEqual([
      [5, undefined],
      [500_000, '4000000'],
    ]);
    expect(errors).toEqual(['the value of a dead letter was cut']);
  });

  it.each(['ThrottlingException', 'InternalError', 'KMSThrottlingException'])(
    'a letter that fails each time with %s, which passes, is sent five times alone, after longer and longer waits',
    async (code) => {
      waited.length = 0;
      const queue = await deadLetters(accepting((offset) => (offset === 13 ? code : undefined)));
      const error = await failureOf(queue.append(lettersUpTo(20)));
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error.message).toBe(`SQS (rejected): 1 of 20 dead letters failed, the first with ${code}: as scripted`);
      expect(sentOffsets().filter((offset) => offset !== 13)).toEqual(
        [...Array(20).keys()].filter((nth) => nth !== 13),
      );
      expect(sentOffsets().filter((offset) => offset === 13)).toHaveLength(5);
      expect(waited.map((ms, nth) => ms >= 100 * 2 ** nth && ms <= 200 * 2 ** nth)).toEqual([true, true, true, true]);
    },
  );

  it('no letter is sent again when the time is over', async () => {
    const over = new AbortController();
    const failing = accepting(() => 'InternalError');
    const queue = await deadLetters((call) => {
      over.abort();
      return failing(call);
    });
    expect(await failureOf(queue.append(lettersUpTo(150), over.signal))).toBeInstanceOf(UnavailableError);
    expect(aws.calls).toHaveLength(10);
  });

  it('the letters of a request that failed, beside others that did not, are sent again', async () => {
    let calls = 0;
    const queue = await deadLetters((call) => {
      calls += 1;
      return calls === 2 ? jsonError('ThrottlingException')(call) : accepting()(call);
    });
    expect(await queue.append(lettersUpTo(25))).toEqual([]);
    expect(new Set(sentOffsets()).size).toBe(25);
    expect(aws.calls).toHaveLength(4);
  });

  it('ten thousand letters, of which each fails in one of 200 sends or is not mentioned, are kept in two appends', async () => {
    const random = fc.record({ seed: fc.integer(), forgets: fc.boolean() });
    const simulation = fc.asyncProperty(random, async ({ seed, forgets }) => {
      const next = chances(seed);
      const kept = new Map<number, number>();
      const send = async ({ input }: SendMessageBatchCommand) => {
        const entries = input.Entries!.map((entry) => ({ ...entry, fails: next() < 0.005 }));
        for (const { MessageBody } of entries.filter(({ fails }) => !fails)) {
          const offset = offsetIn({ Id: '', MessageBody: MessageBody! });
          kept.set(offset, (kept.get(offset) ?? 0) + 1);
        }
        const failed = entries.filter(({ fails }) => fails).map(({ Id }) => ({ Id, Code: 'InternalError' }));
        return { Successful: entries.filter(({ fails }) => !fails), Failed: forgets ? [] : failed };
      };
      const queue = sqsDeadLetters({ send } as unknown as SQSClient, 'https://sqs/1/rejected', noWaits);
      const letters = lettersUpTo(10_000);
      const append = () => queue.append(letters);
      expect(await append().catch(append)).toEqual([]);
      expect(kept.size).toBe(10_000);
    });
    await fc.assert(simulation, { numRuns: 5 });
  });

  it.each(['KMS.DisabledException', 'AccessDenied', 'NoCodeThatIsKnown'])(
    'no letter is given up for %s, which is a fault of the queue and not of the letter',
    async (code) => {
      const queue = await deadLetters(accepting((offset) => (offset === 3 ? code : undefined)));
      const error = await failureOf(queue.append(lettersUpTo(5)));
      expect(error).not.toBeInstanceOf(UnavailableError);
      expect(error.message).toContain(code);
    },
  );

  it.each(['InvalidMessageContents', 'InvalidParameterValue'])(
    'a letter that SQS refuses for its content (%s) is returned, and does not stop those beside it',
    async (code) => {
      const queue = await deadLetters(accepting((offset) => (offset === 12 ? code : undefined)));
      expect(await queue.append(lettersUpTo(15))).toEqual([{ index: 12, reason: `${code}: as scripted` }]);
    },
  );

  it('a letter that the answer does not mention counts as not sent', async () => {
    const queue = await deadLetters(() => ({ status: 200, body: { Successful: [], Failed: [] } }));
    expect(await failureOf(queue.append([letter(0)]))).toBeInstanceOf(UnavailableError);
  });

  it.each<[string, Script]>([
    ['SQS throttles', jsonError('ThrottlingException')],
    ['SQS fails', jsonError('InternalFailure', {}, 500)],
    ['the connection breaks', () => 'hang up'],
  ])('all letters must be sent again if %s', async (_, script) => {
    const queue = await deadLetters(script);
    expect(await failureOf(queue.append(lettersUpTo(25)))).toBeInstanceOf(UnavailableError);
  });

  it('a denied request is no passing failure, and nothing is given up', async () => {
    const queue = await deadLetters(jsonError('AccessDeniedException'));
    const error = await failureOf(queue.append([letter(0)]));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('SQS (rejected), send 1 dead letters');
  });
});
