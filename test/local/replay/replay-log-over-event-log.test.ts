import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import type { OutgoingRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import { replayLogOverEventLog } from '../../../local/replay/replay-log-over-event-log.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../memory-broker.ts';

const record: OutgoingRecord = {
  topic: topics.beats,
  partition: 0,
  key: null,
  value: Buffer.from('{}'),
  headers: {},
};
const progress = { hash: 'abc', cluster: 'recorded', startedMs: 1, lastLine: 7, done: false };

function open(append: EventLog['append']) {
  const notes = openStore(':memory:', defaultLayout, new ManualClock()).replays;
  return { notes, replays: replayLogOverEventLog({ append, earliestOffset: async () => 0 }, notes) };
}

describe('a replay log over an event log', () => {
  it('notes the progress once the log has the records', async () => {
    const sent: OutgoingRecord[] = [];
    const { replays, notes } = open(async (records) => {
      expect(notes.progress('abc')).toBeUndefined();
      sent.push(...records);
      return [];
    });
    expect(await replays.append([record, record], progress)).toEqual([]);
    expect(sent).toEqual([record, record]);
    expect(replays.progress('abc')).toEqual(progress);
    expect([replays.hasUnfinished('recorded'), replays.hasUnfinished('other')]).toEqual([true, false]);
  });

  it('notes no progress for records that the log may not have', async () => {
    const { replays } = open(() => Promise.reject(new UnavailableError('Kafka: append')));
    await expect(replays.append([record], progress)).rejects.toThrow(UnavailableError);
    expect(replays.progress('abc')).toBeUndefined();
  });

  it('returns the records that the log refuses, and continues after them', async () => {
    const { replays } = open(async () => [{ index: 1, reason: 'message too large' }]);
    expect(await replays.append([record, record], progress)).toEqual([1]);
    expect(replays.progress('abc')).toEqual(progress);
  });

  it('has no unfinished replay after the end of a replay', async () => {
    const { replays } = open(async () => []);
    await replays.append([record], progress);
    await replays.append([], { ...progress, lastLine: 9, done: true });
    expect(replays.hasUnfinished('recorded')).toBe(false);
  });
});
