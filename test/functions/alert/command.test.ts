import { describe, expect, it } from 'vitest';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import type { Command, Matchers } from '../../../functions/shared/domain/signal.ts';
import { anomaly, asking, at, closed, reasonsOf, run, saying, seriesAt, story, tick, ticks } from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const id = alertId('prod', disk.id);
const base = { id: 'command-1', by: 'ada', atMs: at('00:31'), cluster: 'prod' };
const ack: Command = { ...base, action: 'ack', alertId: id };
const resolve: Command = { ...base, action: 'resolve', alertId: id };
const silence = (matchers: Matchers, from: string, to: string): Command => ({
  ...base,
  id: 'quiet-please',
  action: 'silence',
  matchers,
  startsAtMs: at(from),
  endsAtMs: at(to),
});

const opening = [tick(at('00:30:20')), saying(disk)];
const paged = [...opening, ...ticks(at('00:30:30'), at('00:31'))];
const over = (clock: string) => saying(closed(disk, at(clock)));

describe('ack', () => {
  it('is told to all, once, and stops the repeats', () => {
    const { alerts, state } = run([...paged, asking(ack), asking(ack), ...ticks(at('00:31:10'), at('01:30'))]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 acknowledged']);
    expect(alerts[1]?.status).toBe('acknowledged');
    expect(reasonsOf(alerts[1])).toContain('command: acknowledged by ada');
    expect(state.counts.get('alert acknowledged before')).toBe(1);
  });

  it('keeps what is new from paging, but not what is worse', () => {
    const more = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'b') });
    const { alerts } = run([
      ...paged,
      asking(ack),
      saying(more),
      ...ticks(at('00:31:10'), at('00:40')),
      saying({ ...disk, revision: 2, severity: 'critical' }),
    ]);
    expect(story(alerts).slice(2)).toEqual(['00:36:00 (updated)', '00:40:00 updated']);
    expect(reasonsOf(alerts[2])).toContain('acknowledge: acknowledged');
    expect(alerts[3]?.status).toBe('acknowledged');
  });

  it.each([
    ['of an alert nobody knows', [...paged, asking({ ...ack, alertId: 'none' })]],
    ['of an alert of another cluster', [...paged, asking({ ...ack, cluster: 'test' })]],
    ['of an alert that still gathers, so that nobody can have seen it', [...opening, asking(ack)]],
    ['before time began', [saying(disk), asking(ack)]],
  ])('%s changes nothing and is counted', (_, records) => {
    const before = run(records.slice(0, -1));
    before.state.takeChanges();
    expect(run(records.slice(-1), before.state).effects).toEqual([]);
    expect([...before.state.takeChanges().keys()]).toEqual(['common']);
    expect(before.state.counts.get('command for an unknown alert')).toBe(1);
  });
});

describe('an operator’s resolve', () => {
  it('closes the alert, which its open anomalies do not open again until they close and come again', () => {
    const again = anomaly({ startsAtMs: at('00:50'), updatedAtMs: at('00:50:20') });
    const { alerts, state } = run([
      ...paged,
      asking(resolve),
      asking(resolve),
      ...ticks(at('00:31:10'), at('00:40')),
      saying({ ...disk, revision: 2, updatedAtMs: at('00:40') }),
      ...ticks(at('00:40:10'), at('00:45')),
      over('00:44'),
      ...ticks(at('00:45:10'), at('00:50:20')),
      saying(again),
      ...ticks(at('00:50:30'), at('00:52')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 resolved', '00:50:50 opened']);
    expect(alerts[1]).toMatchObject({ endsAtMs: at('00:31') });
    expect(reasonsOf(alerts[1])).toContain('command: resolved by ada');
    expect(state.counts.get('command for an unknown alert')).toBe(1);
  });

  it('is remembered no longer than detect would repeat the anomaly', () => {
    const { state } = run([...paged, asking(resolve), ...ticks(at('00:31:10'), at('01:30:20'))]);
    const block = Buffer.from(state.takeChanges().get('cluster/live/prod')!).toString();
    expect(JSON.parse(block)).toMatchObject({ alerts: [], dismissed: [], closed: [[disk.id, at('01:30:20')]] });
  });
});

describe('a silence', () => {
  const all = { entity: 'prod/host/*' };

  it('keeps the page back, and once it is over lets it go if there is still something to say', () => {
    const { alerts } = run([
      tick(at('00:30')),
      asking(silence(all, '00:00', '00:40')),
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

  it('that outlasts the incident leaves a record and no message', () => {
    const { alerts } = run([
      asking(silence(all, '00:00', '02:00')),
      ...paged,
      over('00:31'),
      ...ticks(at('00:31:10'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:31:30 (resolved)']);
  });

  it('never holds back the resolve of what was announced', () => {
    const { alerts } = run([
      ...paged,
      asking(silence(all, '00:31', '02:00')),
      over('00:31'),
      ...ticks(at('00:31:10'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:30 resolved']);
  });

  it('holds back news, which are told when it is over', () => {
    const more = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'b') });
    const { alerts } = run([
      ...paged,
      asking(silence(all, '00:31', '00:45')),
      saying(more),
      ...ticks(at('00:31:10'), at('01:00')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:35:50 (updated)', '00:45:00 updated']);
  });

  it('begins and ends with stage time: first moment in, last one out', () => {
    const during = (from: string, to: string) => story(run([asking(silence(all, from, to)), ...paged]).alerts)[0];
    expect(during('00:30:50', '00:30:51')).toBe('00:30:50 (opened)');
    expect(during('00:30:51', '02:00')).toBe('00:30:50 opened');
    expect(during('00:00', '00:30:50')).toBe('00:30:50 opened');
  });

  it.each([
    [{ severity: 'warning' }, true],
    [{ kind: 'host', metric: 'system.diskio.*' }, true],
    [{ kind: 'host', metric: 'system.cpu.*' }, false],
    [{ name: 'A' }, false],
    [{ team: 'storage' }, false],
    [{ toString: '*function*' }, false],
  ])('by %o mutes: %s', (matchers, mutes) => {
    const [first] = run([asking(silence(matchers as Matchers, '00:00', '02:00')), ...paged]).alerts;
    expect(first?.notify).toBe(!mutes);
  });

  it('applied twice is one silence', () => {
    const { state } = run([tick(at('00:30')), asking(silence(all, '00:00', '02:00'))]);
    state.takeChanges();
    run([asking(silence(all, '00:00', '02:00'))], state);
    expect(state.takeChanges().size).toBe(0);
  });

  it('that was over when it came is counted and not kept', () => {
    const { state } = run([tick(at('00:30')), asking(silence(all, '00:00', '00:30'))]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
    expect(state.counts.get('silence that was over when it came')).toBe(1);
  });

  it('is forgotten when it is over', () => {
    const { state } = run([tick(at('00:30')), asking(silence(all, '00:00', '00:40')), tick(at('00:40'))]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
  });

  it('is refused beyond a thousand in one cluster, naming the remedy', () => {
    const numbered = (nth: number) => asking({ ...silence(all, '00:00', '02:00'), id: `silence-${nth}` });
    const { state } = run(Array.from({ length: 1000 }, (_, nth) => numbered(nth)));
    expect(() => run([numbered(1000)], state)).toThrow(RefusedRecordError);
    expect(() => run([numbered(1000)], state)).toThrow('use one with a wider glob');
    expect(run([numbered(0)], state).effects).toEqual([]);
  });

  it('of a cluster that is being replayed is in the replay’s time', () => {
    const replayed = anomaly({ ...disk, scope: 'old', series: seriesAt('host', 'a', 'x', 'old') });
    const quiet = { ...silence({ kind: 'host' }, '00:00', '02:00'), cluster: 'old' };
    const { alerts } = run([
      tick(at('12:00')),
      tick(at('00:30:20'), { scope: 'old' }),
      asking(quiet),
      saying(replayed),
      ...ticks(at('00:30:30'), at('00:31'), { scope: 'old' }),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)']);
  });
});
