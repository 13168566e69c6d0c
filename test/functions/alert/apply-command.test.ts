import { describe, expect, it } from 'vitest';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import type { Command } from '../../../functions/shared/domain/signal.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  commandRecord,
  reasonsOf,
  run,
  seriesAt,
  story,
  tick,
  ticks,
} from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const id = alertId('prod', disk.id);
const base = { id: 'command-1', by: 'ada', atMs: at('00:31'), cluster: 'prod' };
const ack: Command = { ...base, action: 'ack', alertId: id };
const resolve: Command = { ...base, action: 'resolve', alertId: id };
const opening = [tick(at('00:30:20')), anomalyRecord(disk)];
const paged = [...opening, ...ticks(at('00:30:30'), at('00:31'))];
const over = (clock: string) => anomalyRecord(closed(disk, at(clock)));

describe('ack', () => {
  it('is sent to receivers once, and stops the repetitions', () => {
    const { alerts, state } = run([
      ...paged,
      commandRecord(ack),
      commandRecord(ack),
      ...ticks(at('00:31:10'), at('01:30')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 acknowledged']);
    expect(alerts[1]?.status).toBe('acknowledged');
    expect(reasonsOf(alerts[1])).toContain('command: acknowledged by ada');
    expect(state.counts.get('alert acknowledged before')).toBe(1);
  });

  it('mutes new anomalies, but not a higher severity', () => {
    const more = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'a', 'system.cpu.x') });
    const { alerts } = run([
      ...paged,
      commandRecord(ack),
      anomalyRecord(more),
      ...ticks(at('00:31:10'), at('00:40')),
      anomalyRecord({ ...disk, revision: 2, severity: 'critical' }),
    ]);
    expect(story(alerts).slice(2)).toEqual(['00:36:00 (updated)', '00:40:00 updated']);
    expect(reasonsOf(alerts[2])).toContain('acknowledge: acknowledged');
    expect(alerts[3]?.status).toBe('acknowledged');
  });

  it('does not mute the update that names another entity', () => {
    const other = anomaly({ ...disk, id: 'more', series: seriesAt('host', 'b') });
    const { alerts } = run([...paged, commandRecord(ack), anomalyRecord(other), ...ticks(at('00:31:10'), at('00:40'))]);
    expect(story(alerts).slice(2)).toEqual(['00:31:30 updated']);
    expect(reasonsOf(alerts[2])).toContain('group: another entity');
  });

  it.each([
    ['of an unknown alert', [...paged, commandRecord({ ...ack, alertId: 'none' })]],
    ['of an alert of another cluster', [...paged, commandRecord({ ...ack, cluster: 'test' })]],
    ['of an alert that still gathers, which no operator can have seen', [...opening, commandRecord(ack)]],
    ['before the first tick', [anomalyRecord(disk), commandRecord(ack)]],
  ])('%s changes nothing and is counted', (_, records) => {
    const before = run(records.slice(0, -1));
    before.state.takeChanges();
    expect(run(records.slice(-1), before.state).effects).toEqual([]);
    expect([...before.state.takeChanges().keys()]).toEqual(['common']);
    expect(before.state.counts.get('command for an unknown alert')).toBe(1);
  });
});

describe('an operator’s resolve', () => {
  it('closes the alert, which its open anomalies do not open again until they close and start again', () => {
    const again = anomaly({ startsAtMs: at('00:50'), updatedAtMs: at('00:50:20') });
    const { alerts, state } = run([
      ...paged,
      commandRecord(resolve),
      commandRecord(resolve),
      ...ticks(at('00:31:10'), at('00:40')),
      anomalyRecord({ ...disk, revision: 2, updatedAtMs: at('00:40') }),
      ...ticks(at('00:40:10'), at('00:45')),
      over('00:44'),
      ...ticks(at('00:45:10'), at('00:50:20')),
      anomalyRecord(again),
      ...ticks(at('00:50:30'), at('00:52')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 resolved', '00:50:50 opened']);
    expect(alerts[1]).toMatchObject({ endsAtMs: at('00:31') });
    expect(reasonsOf(alerts[1])).toContain('command: resolved by ada');
    expect(state.counts.get('command for an unknown alert')).toBe(1);
  });

  it('is forgotten for an anomaly that detect has not repeated for an hour', () => {
    const { state } = run([...paged, commandRecord(resolve), ...ticks(at('00:31:10'), at('01:30:20'))]);
    const block = Buffer.from(state.takeChanges().get('cluster/live/prod')!).toString();
    expect(JSON.parse(block)).toMatchObject({ alerts: [], dismissed: [], closed: [[disk.id, at('01:30:20')]] });
  });
});

describe('a command', () => {
  it('that is dated more than an hour ahead of its append time and of stage time is refused', () => {
    const { state } = run(paged);
    state.takeChanges();
    const ahead = commandRecord({ ...ack, atMs: at('03:00') });
    const appended = (clock: string) => run([{ ...ahead, timestampMs: at(clock) }], state);
    expect(() => appended('01:59:59')).toThrow(
      'atMs: expected 2026-11-23T02:59:59.000Z or earlier, got 2026-11-23T03:00:00.000Z; leave it out',
    );
    expect(state.takeChanges().size).toBe(0);
    expect(story(appended('02:00').alerts)).toEqual(['00:31:00 acknowledged']);
  });
});
