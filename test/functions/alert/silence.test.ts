import { describe, expect, it } from 'vitest';
import { silencesInAllMax } from '../../../functions/alert/apply-command.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import type { Command } from '../../../functions/shared/domain/signal.ts';
import type { Matchers } from '../../../functions/shared/domain/silence.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  commandRecord,
  end,
  reasonsOf,
  run,
  seriesAt,
  silencesOf,
  story,
  tick,
  ticks,
} from './signals.ts';
import { all, disk, later, opening, over, paged, silence } from './silences.ts';

const ack: Command = {
  id: 'ack-of-ada',
  by: 'ada',
  atMs: at('00:31'),
  cluster: 'prod',
  action: 'ack',
  alertId: run(paged).alerts[0]!.id,
};

describe('a silence', () => {
  it('mutes the first page, and once it is over lets it go if an anomaly is still open', () => {
    const { alerts } = run([
      tick(at('00:30')),
      commandRecord(silence(all, '00:00', '00:40')),
      ...opening,
      ...ticks(at('00:30:30'), at('00:45')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:40:00 updated']);
    expect(alerts[0]?.trace.at(-1)).toMatchObject({
      stage: 'silence',
      reason: 'silenced by quiet-please',
      detail: 'ada, until 2026-11-23T00:40:00.000Z',
    });
    expect(reasonsOf(alerts[1])).toContain('group: first notification');
  });

  it('mutes from the moment it is applied, although stage time is behind the time of its command', () => {
    const critical = { ...disk, severity: 'critical' } as const;
    const records = (command: Command) => [tick(at('00:30:20')), commandRecord(command), anomalyRecord(critical)];
    expect(story(run(records(silence(all, '00:30:24', '01:30'))).alerts)).toEqual(['00:30:20 (opened)']);
    // Older clients send the time of the command as the start.
    const withStart = { ...silence(all, '00:30:24', '01:30'), startsAtMs: at('00:30:24') };
    expect(story(run(records(withStart)).alerts)).toEqual(['00:30:20 (opened)']);
    expect(story(run(records(later(all, '00:30:24', '01:30'))).alerts)).toEqual(['00:30:20 opened']);
  });

  it('that is applied while an alert gathers mutes its first page', () => {
    const { alerts } = run([
      ...opening,
      tick(at('00:30:40')),
      commandRecord(silence(all, '00:35', '01:30')),
      ...ticks(at('00:30:50'), at('00:31')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)']);
  });

  it('mutes an anomaly that still waits for its tick', () => {
    const critical = { ...disk, severity: 'critical' } as const;
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(critical, 0, at('00:30:20')),
      commandRecord(silence(all, '00:35', '01:30')),
      tick(at('00:30:22')),
    ]);
    expect(alerts.map(({ transition, notify }) => [transition, notify])).toEqual([['opened', false]]);
  });

  it('with a later start mutes from that start on, by stage time', () => {
    const first = (from: string) => story(run([commandRecord(later(all, from, '02:00')), ...paged]).alerts)[0];
    expect(first('00:30:50')).toBe('00:30:50 (opened)');
    expect(first('00:30:51')).toBe('00:30:50 opened');
  });

  it('does not mute at the moment of its end, by stage time', () => {
    const first = (to: string) => story(run([commandRecord(silence(all, '00:00', to)), ...paged]).alerts)[0];
    expect(first('00:30:51')).toBe('00:30:50 (opened)');
    expect(first('00:30:50')).toBe('00:30:50 opened');
  });

  it('that lasts longer than the incident leaves records and no notification', () => {
    const { alerts } = run([
      commandRecord(silence(all, '00:00', '02:00')),
      ...paged,
      over('00:31'),
      ...ticks(at('00:31:10'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:30 (resolved)']);
  });

  it('never mutes the resolve of an alert that was announced', () => {
    const { alerts } = run([
      ...paged,
      commandRecord(silence(all, '00:31', '02:00')),
      over('00:31'),
      ...ticks(at('00:31:10'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:30 resolved']);
  });

  it('mutes an update, which is sent when the silence is over', () => {
    const more = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'b') });
    const { alerts } = run([
      ...paged,
      commandRecord(silence(all, '00:31', '00:45')),
      anomalyRecord(more),
      ...ticks(at('00:31:10'), at('01:00')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:20 (updated)', '00:45:00 updated']);
  });

  it('that hides an alert which is acknowledged, and then gets worse, lets it page when the silence is over', () => {
    const worse = anomaly({ ...disk, id: 'worse', series: seriesAt('host', 'b'), severity: 'critical' });
    const { alerts } = run([
      commandRecord(silence(all, '00:00', '00:45')),
      ...paged,
      commandRecord(ack),
      anomalyRecord(worse),
      ...ticks(at('00:32:10'), at('01:00')),
    ]);
    expect(story(alerts)).toEqual([
      '00:30:50 (opened)',
      '00:31:00 (acknowledged)',
      '00:31:00 (updated)',
      '00:45:00 updated',
    ]);
  });

  it('that hides an alert which is acknowledged, and gets no worse, never lets it page', () => {
    const { alerts } = run([
      commandRecord(silence(all, '00:00', '00:45')),
      ...paged,
      commandRecord(ack),
      ...ticks(at('00:32:10'), at('01:00')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:00 (acknowledged)']);
  });

  it.each([
    [{ severity: 'warning' }, true],
    [{ kind: 'host', metric: 'system.diskio.*' }, true],
    [{ kind: 'host', metric: 'system.cpu.*' }, false],
    [{ name: 'A' }, false],
    [{ team: 'storage' }, false],
    [{ toString: '*function*' }, false],
  ])('with the matchers %o mutes: %s', (matchers, mutes) => {
    const [first] = run([commandRecord(silence(matchers as Matchers, '00:00', '02:00')), ...paged]).alerts;
    expect(first?.notify).toBe(!mutes);
  });

  it('that is applied twice is one silence with one record', () => {
    const { state } = run([tick(at('00:30')), commandRecord(silence(all, '00:00', '02:00'))]);
    state.takeChanges();
    expect(run([commandRecord(silence(all, '00:00', '02:00'))], state).effects).toEqual([]);
    expect(state.takeChanges().size).toBe(0);
  });

  it('that is over when its command is applied is counted and not kept', () => {
    const { state, effects } = run([tick(at('00:30')), commandRecord(silence(all, '00:00', '00:30'))]);
    expect(effects).toEqual([]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
    expect(state.counts.get('silence that was over when it came')).toBe(1);
  });

  it('is forgotten when it is over', () => {
    const { state } = run([tick(at('00:30')), commandRecord(silence(all, '00:00', '00:40')), tick(at('00:40'))]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
  });

  it('is refused where its cluster has 1,000, with the remedy', () => {
    const numbered = (nth: number) => commandRecord({ ...silence(all, '00:00', '02:00'), id: `silence-${nth}` });
    const { state } = run(Array.from({ length: 1000 }, (_, nth) => numbered(nth)));
    expect(() => run([numbered(1000)], state)).toThrow(RefusedRecordError);
    expect(() => run([numbered(1000)], state)).toThrow('use one with a wider glob');
    expect(run([numbered(0)], state).effects).toEqual([]);
  });

  it('is refused where all clusters together have 5,000, whatever cluster it names', () => {
    const numbered = (nth: number) =>
      commandRecord({ ...silence(all, '00:00', '02:00'), id: `silence-${nth}`, cluster: `c${nth}` });
    const { state } = run(Array.from({ length: silencesInAllMax }, (_, nth) => numbered(nth)));
    expect(() => run([numbered(silencesInAllMax)], state)).toThrow('all clusters together hold 5000 silences at most');
    expect(() => run([numbered(0)], state)).not.toThrow();
  });

  it('of a cluster that is being replayed ends with the replay at the latest', () => {
    const replayed = anomaly({ ...disk, scope: 'old', series: seriesAt('host', 'a', 'x', 'old') });
    const quiet = { ...silence({ kind: 'host' }, '00:00', '02:00'), cluster: 'old' };
    const { alerts, effects } = run([
      tick(at('12:00')),
      tick(at('00:30:20'), { scope: 'old' }),
      commandRecord(quiet),
      anomalyRecord(replayed),
      ...ticks(at('00:30:30'), at('00:31'), { scope: 'old' }),
      end(at('00:31'), 'old'),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:00 (resolved)']);
    expect(silencesOf(effects).map(({ state, scope }) => [state, scope])).toEqual([
      ['active', 'old'],
      ['over', 'old'],
    ]);
  });
});
