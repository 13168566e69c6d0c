import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import { commentsMax } from '../../../functions/shared/domain/comment.ts';
import { feedbackMax } from '../../../functions/shared/domain/feedback.ts';
import type { Command } from '../../../functions/shared/domain/signal.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  commandRecord,
  context,
  reasonsOf,
  run,
  story,
  tick,
  ticks,
} from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const paged = [tick(at('00:30:20')), anomalyRecord(disk), ...ticks(at('00:30:30'), at('00:31'))];
const over = [anomalyRecord(closed(disk, at('00:31:10'))), ...ticks(at('00:31:10'), at('00:32'))];
const [{ id: alertId } = { id: 'none' }] = run(paged).alerts;

/** The judgement of an operator, which each time has an id of its own. */
const judgement = (subjectId: string, parts: Partial<Command> = {}) =>
  commandRecord({
    id: 'feedback-1',
    by: 'ada',
    atMs: at('00:31'),
    cluster: 'prod',
    action: 'feedback',
    subjectId,
    verdict: 'noise',
    ...parts,
  } as Command);

describe('feedback', () => {
  it('on an open alert is kept with it and recorded, and is not sent', () => {
    const { alerts } = run([...paged, judgement(alertId, { note: 'a backup' }), ...over]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 (feedback)', '00:31:30 resolved']);
    const kept = [{ verdict: 'noise', by: 'ada', atMs: at('00:31'), note: 'a backup' }];
    expect(alerts.map(({ feedback }) => feedback)).toEqual([undefined, kept, kept]);
    expect(alerts[1]).toMatchObject({ status: 'open', revision: 2 });
    expect(reasonsOf(alerts[1])).toContain('command: noise, by ada');
  });

  it('on an anomaly is kept with its alert, with the id of the anomaly', () => {
    const { alerts } = run([...paged, judgement(disk.id)]);
    expect(alerts[1]!.feedback).toEqual([{ verdict: 'noise', by: 'ada', atMs: at('00:31'), anomalyId: disk.id }]);
  });

  it.each([
    ['alert', alertId],
    ['anomaly of an alert', disk.id],
  ])('on an %s that is resolved is a further revision, which stays resolved', (_, subject) => {
    const { alerts, state } = run([...paged, ...over, judgement(subject)]);
    expect(story(alerts).at(-1)).toBe('00:32:00 (feedback)');
    expect(alerts.at(-1)).toMatchObject({ id: alertId, revision: 3, status: 'resolved', notify: false });
    expect(alerts.at(-1)!.feedback).toHaveLength(1);
    expect(state.cluster('live', 'prod').resolved.get(alertId)).toEqual(alerts.at(-1));
  });

  it('of one person on one thing replaces the earlier one', () => {
    const { alerts } = run([
      ...paged,
      judgement(alertId),
      judgement(alertId, { verdict: 'useful' }),
      judgement(alertId, { by: 'bob' }),
    ]);
    expect(alerts.at(-1)!.feedback!.map(({ by, verdict }) => `${by}: ${verdict}`)).toEqual([
      'ada: useful',
      'bob: noise',
    ]);
  });

  it(`is kept of the last ${feedbackMax} people`, () => {
    const people = Array.from({ length: feedbackMax + 1 }, (_, nth) => judgement(alertId, { by: `p${nth}` }));
    const kept = run([...paged, ...people]).alerts.at(-1)!.feedback!;
    expect([kept.length, kept[0]!.by]).toEqual([feedbackMax, 'p1']);
  });

  it('is still known after the state was stored and opened', () => {
    const { state } = run([...paged, judgement(alertId)]);
    const opened = alertStep.open(state.takeChanges() as ReadonlyMap<string, Uint8Array>, context);
    expect(run(over, opened).alerts.at(-1)!.feedback).toHaveLength(1);
  });

  it('on an unknown alert is counted', () => {
    const { state, alerts } = run([...paged, judgement('none')]);
    expect(alerts).toHaveLength(1);
    expect(state.counts.get('command for an unknown alert')).toBe(1);
  });
});

/** A comment of an operator. */
const comment = (id: string, text: string, alert = alertId) =>
  commandRecord({
    id,
    by: 'ada',
    atMs: at('00:31'),
    cluster: 'prod',
    action: 'comment',
    alertId: alert,
    text,
  } as Command);

describe('a comment', () => {
  it('on an open alert is kept with it and recorded, and is not sent', () => {
    const { alerts } = run([...paged, comment('comment-1', 'the backup runs'), ...over]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 (commented)', '00:31:30 resolved']);
    const kept = [{ id: 'comment-1', by: 'ada', atMs: at('00:31'), text: 'the backup runs' }];
    expect(alerts.map(({ comments }) => comments)).toEqual([undefined, kept, kept]);
    expect(reasonsOf(alerts[1])).toContain('command: comment by ada');
  });

  it('on a resolved alert is a further revision, which stays resolved', () => {
    const { alerts } = run([...paged, ...over, comment('comment-1', 'it was the backup')]);
    expect(story(alerts).at(-1)).toBe('00:32:00 (commented)');
    expect(alerts.at(-1)).toMatchObject({ status: 'resolved', notify: false });
    expect(alerts.at(-1)!.comments).toHaveLength(1);
  });

  it('that is repeated is kept once', () => {
    const { alerts } = run([...paged, comment('comment-1', 'a'), comment('comment-1', 'a'), comment('comment-2', 'b')]);
    expect(alerts.at(-1)!.comments!.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it(`is kept with the ${commentsMax - 1} before it`, () => {
    const many = Array.from({ length: commentsMax + 1 }, (_, nth) => comment(`comment-${nth}`, `${nth}`));
    const kept = run([...paged, ...many]).alerts.at(-1)!.comments!;
    expect([kept.length, kept[0]!.text]).toEqual([commentsMax, '1']);
  });

  it('is still known after the state was stored and opened', () => {
    const { state } = run([...paged, comment('comment-1', 'a')]);
    const opened = alertStep.open(state.takeChanges() as ReadonlyMap<string, Uint8Array>, context);
    expect(run(over, opened).alerts.at(-1)!.comments).toHaveLength(1);
  });

  it('on an unknown alert is counted', () => {
    expect(run([...paged, comment('comment-1', 'a', 'none')]).state.counts.get('command for an unknown alert')).toBe(1);
  });
});
