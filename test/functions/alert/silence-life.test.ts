import { describe, expect, it } from 'vitest';
import { dayMs } from '../../../functions/shared/domain/durations.ts';
import type { Command } from '../../../functions/shared/domain/signal.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  commandRecord,
  contextOf,
  reasonsOf,
  run,
  seriesAt,
  silencesOf,
  story,
  tick,
  ticks,
} from './signals.ts';
import { all, disk, later, paged, silence, unsilence } from './silences.ts';

describe('the length of a silence', () => {
  const lasting = (ms: number): Command => ({ ...silence(all, '00:00', '02:00'), endsAtMs: at('00:00') + ms });

  it('is refused beyond silenceMax, and nothing changes', () => {
    const { state } = run(paged);
    state.takeChanges();
    const tooLong = lasting(30 * dayMs + 1);
    expect(() => run([commandRecord(tooLong)], state)).toThrow(
      expect.objectContaining({ reason: 'silence out of range' }),
    );
    expect(() => run([commandRecord(tooLong)], state)).toThrow(
      'endsAtMs: a silence lasts at most 30d (alerts.silenceMax): expected 2026-12-23T00:00:00.000Z or earlier',
    );
    const tooFarAhead = { ...lasting(60 * dayMs), startsAtMs: at('00:00') + 30 * dayMs + 1 };
    expect(() => run([commandRecord(tooFarAhead)], state)).toThrow('startsAtMs: a silence starts ahead by at most 30d');
    expect(state.takeChanges().size).toBe(0);
  });

  it('may be exactly silenceMax', () => {
    expect(silencesOf(run([commandRecord(lasting(30 * dayMs))]).effects)).toHaveLength(1);
  });

  it('is limited by the setting', () => {
    const context = contextOf({ silenceMax: 3_600_000 });
    const apply = (ms: number) => () => run([commandRecord(lasting(ms))], undefined, context);
    expect(apply(3_600_001)).toThrow('at most 1h');
    expect(apply(3_600_000)).not.toThrow();
  });
});

describe('the record of a silence', () => {
  const noted = { ...later(all, '00:30', '00:40'), note: 'disk swap' };

  it('follows it from pending to over, a revision for each change', () => {
    const { effects } = run([tick(at('00:29')), commandRecord(noted), ...ticks(at('00:29:10'), at('00:41'))]);
    const [first, ...rest] = silencesOf(effects);
    expect(first).toEqual({
      id: 'quiet-please',
      cluster: 'prod',
      revision: 1,
      state: 'pending',
      by: 'ada',
      note: 'disk swap',
      matchers: all,
      createdAtMs: at('00:00'),
      startsAtMs: at('00:30'),
      endsAtMs: at('00:40'),
      updatedAtMs: at('00:29'),
      scope: 'live',
    });
    expect(rest).toEqual([
      { ...first, revision: 2, state: 'active', updatedAtMs: at('00:30') },
      { ...first, revision: 3, state: 'over', updatedAtMs: at('00:40') },
    ]);
    expect(effects.map(({ topic, key }) => [topic, key])).toEqual(Array(3).fill(['offbeat.alerts', 'prod']));
  });

  it('has a new revision when a command of its id changes it', () => {
    const changed = { ...noted, endsAtMs: at('00:50') };
    const { effects } = run([tick(at('00:29')), commandRecord(noted), commandRecord(changed), commandRecord(changed)]);
    expect(silencesOf(effects).map(({ revision, endsAtMs }) => [revision, endsAtMs])).toEqual([
      [1, at('00:40')],
      [2, at('00:50')],
    ]);
  });

  it('is dated by its command before the first tick', () => {
    expect(silencesOf(run([commandRecord(noted)]).effects)).toMatchObject([{ updatedAtMs: noted.atMs }]);
  });
});

describe('unsilence', () => {
  const silenced = [tick(at('00:30')), commandRecord(silence(all, '00:00', '02:00')), ...paged];

  it('is a decision in the trace of the alert that the silence muted', () => {
    const { alerts } = run([...silenced, commandRecord(unsilence()), ...ticks(at('00:33:10'), at('00:33:20'))]);
    const ofSilences = reasonsOf(alerts.at(-1)).filter((reason) => reason.startsWith('silence: '));
    expect(ofSilences).toEqual(['silence: silenced by quiet-please', 'silence: no longer silenced']);
  });

  it('lets an open alert that was muted page with the next tick, as an update', () => {
    const { alerts, effects } = run([...silenced, commandRecord(unsilence()), ...ticks(at('00:31:10'), at('00:33'))]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:10 updated']);
    expect(silencesOf(effects).at(-1)).toMatchObject({
      revision: 2,
      state: 'over',
      endedBy: 'bob',
      updatedAtMs: at('00:31'),
      endsAtMs: at('02:00'),
    });
  });

  it('lets it page with all that changed since its last record, without waiting for groupInterval', () => {
    const more = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'b') });
    const { alerts } = run([
      ...silenced,
      anomalyRecord(more),
      commandRecord(unsilence()),
      ...ticks(at('00:31:10'), at('00:33')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:10 updated']);
    expect(alerts[1]?.anomalies).toHaveLength(2);
  });

  it('sends nothing for an alert that was announced before', () => {
    const { alerts } = run([
      ...paged,
      commandRecord(silence(all, '00:31', '02:00')),
      commandRecord(unsilence()),
      ...ticks(at('00:31:10'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened']);
  });

  it('ends a silence that has not started', () => {
    const { alerts } = run([commandRecord(later(all, '00:30:40', '02:00')), commandRecord(unsilence()), ...paged]);
    expect(story(alerts)).toEqual(['00:30:50 opened']);
  });

  it.each([
    ['that is unknown', { silenceId: 'never-made' }],
    ['of another cluster', { cluster: 'test' }],
  ])('of a silence %s changes nothing and is counted', (_, parts) => {
    const { state } = run(silenced);
    state.takeChanges();
    expect(run([commandRecord(unsilence(parts))], state).effects).toEqual([]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
    expect(state.counts.get('command for an unknown silence')).toBe(1);
  });

  it('ends a silence in the live scope and in a replay of its cluster that began after it', () => {
    const early = { ...silence(all, '00:00', '02:00'), cluster: 'old' };
    const { effects } = run([
      commandRecord(early),
      tick(at('00:30'), { scope: 'old' }),
      commandRecord({ ...early, atMs: at('00:30') }),
      commandRecord(unsilence({ cluster: 'old' })),
    ]);
    expect(silencesOf(effects).map(({ state, scope }) => `${state} ${scope}`)).toEqual([
      'active live',
      'active old',
      'over live',
      'over old',
    ]);
  });

  it('that is sent twice ends a silence once', () => {
    const { effects } = run([...silenced, commandRecord(unsilence()), commandRecord(unsilence())]);
    expect(silencesOf(effects).map(({ state }) => state)).toEqual(['active', 'over']);
  });
});
