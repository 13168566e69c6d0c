import { describe, expect, it } from 'vitest';
import { acknowledgedIn, traceSteps } from '../../../web/alerts/trace-words.ts';

const at = (seconds: number, stage: string, reason: string, detail?: string) => ({
  atMs: seconds * 1_000,
  stage,
  reason,
  ...(detail !== undefined && { detail }),
});
const read = (...trace: Parameters<typeof traceSteps>[0]) =>
  traceSteps(trace).map(({ verb, text, isTold }) => `${isTold ? '! ' : ''}${verb}: ${text}`);

describe('the trace in words', () => {
  it('tells of an alert that was opened, joined and paged', () => {
    const series = 'prod/host/node-b system.diskio.write.bytes{device=loop3}';
    expect(
      read(
        at(1, 'correlate', 'opened', `${series}: disk writes on node-b at 6.9 MB/s, expected 0 to 4.4 MB/s`),
        at(1, 'group', 'critical at once'),
        at(1, 'group', 'nothing new'),
        at(2, 'correlate', 'same entity', `${series}: disk writes on node-b at 9 MB/s`),
      ),
    ).toEqual([
      'Opened: Disk write of node-b, loop3: disk writes on node-b at 6.9 MB/s, expected 0 to 4.4 MB/s.',
      '! Paged: Critical, so at once: the wait for others of the group was skipped.',
      'Joined: Disk write of node-b, loop3: disk writes on node-b at 9 MB/s. It is of the same component.',
    ]);
  });

  it('joins a message that was kept back with its reason', () => {
    expect(read(at(1, 'group', 'first notification'), at(1, 'silence', 'silenced by s1'))).toEqual([
      'Not told: Silenced by s1.',
    ]);
    expect(read(at(1, 'resolve', 'all closed', 'back to normal'), at(1, 'announce', 'never announced'))).toEqual([
      'Resolved, not told: All are back: back to normal. Its opening was never told.',
    ]);
  });

  it('has a comment and a judgement as what they are, which nobody is told', () => {
    const recorded = at(1, 'feedback', 'only recorded');
    expect(
      read(at(1, 'command', 'comment by ada', 'a disk'), recorded, at(1, 'command', 'useful, by ada'), recorded),
    ).toEqual(['Commented: by ada: a disk.', 'Judged: Useful, by ada.']);
  });

  it('keeps a mute that comes later than the message before', () => {
    expect(read(at(1, 'group', 'first notification'), at(9, 'silence', 'silenced by s1'))).toEqual([
      '! Paged: The wait for others of the group was over.',
      'Silenced: Silenced by s1.',
    ]);
  });

  it('names who acted, with the note as it was written', () => {
    expect(read(at(1, 'command', 'acknowledged by ada (arn:x)', 'on it'), at(2, 'command', 'noise, by bob'))).toEqual([
      'Acknowledged: by ada (arn:x): on it.',
      'Judged: Noise, by bob.',
    ]);
  });

  it('shows a decision that it does not know as it is', () => {
    expect(read(at(1, 'novelty', 'because', 'of this'))).toEqual(['Novelty: Because of this.']);
  });

  it('shows the detail of a series whose text it cannot read as it is', () => {
    expect(read(at(1, 'correlate', 'opened', 'no series here'))).toEqual(['Opened: No series here.']);
  });
});

it('an alert was acknowledged by the person who did so last', () => {
  const trace = [at(1, 'command', 'acknowledged by ada'), at(2, 'command', 'acknowledged by bob')];
  expect(acknowledgedIn(trace)).toEqual({ by: 'bob', atMs: 2_000 });
  expect(acknowledgedIn([])).toBeUndefined();
});
