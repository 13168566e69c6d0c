import { describe, expect, it } from 'vitest';
import {
  answered,
  failedAgain,
  failuresOfAway,
  isAway,
  newReceiver,
  type Probing,
  probed,
  type ReceiverRecord,
  refusedOne,
  waitsUntilMs,
  withoutProbe,
} from '../../../../functions/shared/domain/receiver-record.ts';

const probing = (nowMs: number, { gapMs = 30_000, ...parts }: Partial<Probing> & { gapMs?: number } = {}): Probing => ({
  owner: 'me',
  nowMs,
  leaseMs: 10_000,
  gapMsAfter: () => gapMs,
  random: 1,
  ...parts,
});

/** A receiver after a number of failures in a row, with the time of the last one. */
function failing(failures: number, lastMs = 1_000): ReceiverRecord {
  let record = newReceiver('pager');
  for (let nth = failures - 1; nth >= 0; nth -= 1) {
    record = failedAgain(record, { owner: 'me', nowMs: lastMs - nth }, 'time-out');
  }
  return record;
}

describe('a receiver', () => {
  it('a receiver is away after three failures in a row, and admits every message until then', () => {
    expect(failuresOfAway).toBe(3);
    expect([0, 1, 2, 3].map((failures) => isAway(failing(failures)))).toEqual([false, false, false, true]);
    expect([0, 1, 2].map((failures) => waitsUntilMs(failing(failures), probing(1_000)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a receiver that accepts a message in between starts to count again', () => {
    const record = answered(failing(2), { owner: 'me', nowMs: 5 });
    expect(record).toEqual({ receiver: 'pager', failures: 0, healthySinceMs: 0 });
  });

  it('the record of a receiver that is away contains since when, and the reason', () => {
    expect(failing(4)).toMatchObject({ failures: 4, failingSinceMs: 997, lastTryMs: 1_000, reason: 'time-out' });
  });

  it('a receiver that refuses messages is not away, and its record counts them', () => {
    const once = refusedOne(failing(3), { owner: 'me', nowMs: 9_000 }, 'bad request');
    expect(once).toEqual({ receiver: 'pager', failures: 0, healthySinceMs: 9_000, refusals: 1, reason: 'bad request' });
    expect(refusedOne(once, { owner: 'me', nowMs: 9_500 }, 'gone')).toMatchObject({ refusals: 2, reason: 'gone' });
    expect(answered(once, { owner: 'me', nowMs: 9_500 })).not.toHaveProperty('refusals');
  });

  it('the record of a receiver that is back contains the time', () => {
    expect(answered(failing(3), { owner: 'me', nowMs: 9_000 })).toEqual({
      receiver: 'pager',
      failures: 0,
      healthySinceMs: 9_000,
    });
  });
});

describe('a receiver that is away', () => {
  it('a receiver that is away is tried when the shortest wait of the message is over since the last attempt', () => {
    expect(waitsUntilMs(failing(3), probing(15_999))).toBe(31_000);
    expect(waitsUntilMs(failing(3), probing(15_999, { random: 0.5 }))).toBe(23_500);
    expect(waitsUntilMs(failing(3), probing(16_000))).toBeUndefined();
    expect(waitsUntilMs(failing(3), probing(2_000, { gapMs: 2_000 }))).toBeUndefined();
  });

  it('the wait of a message depends on the time of the last attempt', () => {
    const asked: number[] = [];
    const gapMsAfter = (tryMs: number) => {
      asked.push(tryMs);
      return 2_000;
    };
    waitsUntilMs(failing(3), probing(1_500, { gapMsAfter }));
    expect(asked).toEqual([1_000]);
  });

  it('a receiver that is away is tried by one message at a time; the others look again soon', () => {
    const record = probed(failing(3), probing(50_000));
    expect(waitsUntilMs(record, probing(50_001, { owner: 'b' }))).toBe(55_001);
    expect(waitsUntilMs(record, probing(50_001, { owner: 'b', gapMs: 1_000 }))).toBe(51_001);
    expect(waitsUntilMs(record, probing(60_000, { owner: 'b' }))).toBeUndefined();
    expect(waitsUntilMs(record, probing(50_001))).toBeUndefined();
  });

  it('others may try a receiver after a probe that failed or was withdrawn, and the probe of another worker is kept', () => {
    const record = probed(failing(3), probing(50_000));
    expect(failedAgain(record, { owner: 'me', nowMs: 51_000 }, 'time-out').probe).toBeUndefined();
    expect(withoutProbe(record, 'me').probe).toBeUndefined();
    expect(withoutProbe(record, 'b').probe?.owner).toBe('me');
    expect(failedAgain(record, { owner: 'b', nowMs: 51_000 }, 'time-out').probe?.owner).toBe('me');
  });

  it('a receiver is tried even if the last attempt, or a probe, is in the future because a clock was set back', () => {
    expect(waitsUntilMs(failing(3, 900_000), probing(1_000))).toBeUndefined();
    const year = 365 * 86_400_000;
    const record = probed(failing(3, year), probing(year));
    expect(waitsUntilMs(record, probing(1_000, { owner: 'b' }))).toBeUndefined();
  });
});
