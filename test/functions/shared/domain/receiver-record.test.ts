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

/** A receiver after so many failures in a row, the last one at this time. */
function failing(failures: number, lastMs = 1_000): ReceiverRecord {
  let record = newReceiver('pager');
  for (let nth = failures - 1; nth >= 0; nth -= 1) {
    record = failedAgain(record, { owner: 'me', nowMs: lastMs - nth }, 'time-out');
  }
  return record;
}

describe('a receiver', () => {
  it('is away after three failures in a row, and until then lets every message through', () => {
    expect(failuresOfAway).toBe(3);
    expect([0, 1, 2, 3].map((failures) => isAway(failing(failures)))).toEqual([false, false, false, true]);
    expect([0, 1, 2].map((failures) => waitsUntilMs(failing(failures), probing(1_000)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('that took one message in between begins to count anew', () => {
    const record = answered(failing(2), { owner: 'me', nowMs: 5 });
    expect(record).toEqual({ receiver: 'pager', failures: 0, healthySinceMs: 0 });
  });

  it('that is away says since when, and why', () => {
    expect(failing(4)).toMatchObject({ failures: 4, failingSinceMs: 997, lastTryMs: 1_000, reason: 'time-out' });
  });

  it('that refuses messages is there, and says how many in a row', () => {
    const once = refusedOne(failing(3), { owner: 'me', nowMs: 9_000 }, 'bad request');
    expect(once).toEqual({ receiver: 'pager', failures: 0, healthySinceMs: 9_000, refusals: 1, reason: 'bad request' });
    expect(refusedOne(once, { owner: 'me', nowMs: 9_500 }, 'gone')).toMatchObject({ refusals: 2, reason: 'gone' });
    expect(answered(once, { owner: 'me', nowMs: 9_500 })).not.toHaveProperty('refusals');
  });

  it('that comes back says when', () => {
    expect(answered(failing(3), { owner: 'me', nowMs: 9_000 })).toEqual({
      receiver: 'pager',
      failures: 0,
      healthySinceMs: 9_000,
    });
  });
});

describe('a receiver that is away', () => {
  it('is tried when the last try is as long ago as the message waits at least', () => {
    expect(waitsUntilMs(failing(3), probing(15_999))).toBe(31_000);
    expect(waitsUntilMs(failing(3), probing(15_999, { random: 0.5 }))).toBe(23_500);
    expect(waitsUntilMs(failing(3), probing(16_000))).toBeUndefined();
    expect(waitsUntilMs(failing(3), probing(2_000, { gapMs: 2_000 }))).toBeUndefined();
  });

  it('is asked how long the message waits by when the last try was', () => {
    const asked: number[] = [];
    const gapMsAfter = (tryMs: number) => {
      asked.push(tryMs);
      return 2_000;
    };
    waitsUntilMs(failing(3), probing(1_500, { gapMsAfter }));
    expect(asked).toEqual([1_000]);
  });

  it('is tried by one message at a time; the others look again soon', () => {
    const record = probed(failing(3), probing(50_000));
    expect(waitsUntilMs(record, probing(50_001, { owner: 'b' }))).toBe(55_001);
    expect(waitsUntilMs(record, probing(50_001, { owner: 'b', gapMs: 1_000 }))).toBe(51_001);
    expect(waitsUntilMs(record, probing(60_000, { owner: 'b' }))).toBeUndefined();
    expect(waitsUntilMs(record, probing(50_001))).toBeUndefined();
  });

  it('may be tried by others after a probe that failed, or came to nothing, and keeps the probe of another', () => {
    const record = probed(failing(3), probing(50_000));
    expect(failedAgain(record, { owner: 'me', nowMs: 51_000 }, 'time-out').probe).toBeUndefined();
    expect(withoutProbe(record, 'me').probe).toBeUndefined();
    expect(withoutProbe(record, 'b').probe?.owner).toBe('me');
    expect(failedAgain(record, { owner: 'b', nowMs: 51_000 }, 'time-out').probe?.owner).toBe('me');
  });

  it('is tried though the last try, or a probe, lies ahead of a clock that was set back', () => {
    expect(waitsUntilMs(failing(3, 900_000), probing(1_000))).toBeUndefined();
    const year = 365 * 86_400_000;
    const record = probed(failing(3, year), probing(year));
    expect(waitsUntilMs(record, probing(1_000, { owner: 'b' }))).toBeUndefined();
  });
});
