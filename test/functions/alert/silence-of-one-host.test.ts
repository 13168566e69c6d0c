import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import type { SilenceCommand } from '../../../functions/shared/domain/signal.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  commandRecord,
  contextOf,
  reasonsOf,
  run,
  seriesAt,
  story,
  tick,
  ticks,
} from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
/** The settings by which broker `d` runs on host `a`. */
const connected = contextOf({}, { edges: [{ from: 'prod/broker/d', to: 'prod/host/a' }] });
const opening = [tick(at('00:30:20')), anomalyRecord(disk)];

/** A silence of the host `name` until 04:00. */
const silenceOf = (name: string, from = '00:29'): SilenceCommand => ({
  id: `quiet-host-${name}`,
  by: 'ada',
  atMs: at(from),
  cluster: 'prod',
  action: 'silence',
  matchers: { name },
  endsAtMs: at('04:00'),
});

describe('a silence of one host', () => {
  const ofA = [tick(at('00:30')), commandRecord(silenceOf('a')), ...opening];
  const muted = [...ofA, ...ticks(at('00:30:30'), at('00:31:50'))];
  const joined = (parts: Partial<Anomaly>) =>
    anomaly({ startsAtMs: at('00:30:50'), updatedAtMs: at('00:31:50'), ...parts });
  const broker = joined({ series: seriesAt('broker', 'd', 'kafka.broker.up'), dataset: 'kafka.broker' });
  const host = joined({ series: seriesAt('host', 'b') });

  it.each([
    ['critical broker', { ...broker, severity: 'critical' } as const, '00:31:50 updated'],
    ['critical host', { ...host, severity: 'critical' } as const, '00:31:50 updated'],
    ['host', host, '00:31:50 updated'],
  ])('does not mute the page of a %s that joins the alert', (_, other, page) => {
    const { alerts } = run([...muted, anomalyRecord(other), tick(at('00:32'))], undefined, connected);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', page]);
    expect(alerts[1]?.labels.name).toBe('a');
  });

  it('does not mute the first page if another entity joins while the alert gathers', () => {
    const critical = { ...broker, severity: 'critical' } as const;
    const records = [...ofA, anomalyRecord(critical), ...ticks(at('00:30:30'), at('00:31'))];
    const { alerts } = run(records, undefined, connected);
    expect(story(alerts)).toEqual(['00:30:20 opened']);
  });

  it('mutes the alert again once the anomaly of the other entity closed', () => {
    const often = contextOf({ repeatInterval: 600_000 });
    const restOf = (...records: LogRecord[]) =>
      story(
        run([...muted, anomalyRecord(host), ...records, ...ticks(at('00:32'), at('00:45'))], undefined, often).alerts,
      );
    expect(restOf()).toEqual(['00:30:50 (opened)', '00:31:50 updated', '00:41:50 repeated']);
    expect(restOf(anomalyRecord(closed(host, at('00:32'))))).toEqual(['00:30:50 (opened)', '00:31:50 updated']);
  });

  it('mutes the alert together with a silence of the other host, and the trace names the one of the likely cause', () => {
    const ofB = silenceOf('b');
    const { alerts } = run([
      tick(at('00:30')),
      commandRecord(ofB),
      commandRecord(silenceOf('a')),
      ...opening,
      anomalyRecord(joined({ series: seriesAt('host', 'b'), severity: 'critical' })),
    ]);
    expect(alerts.map(({ notify }) => notify)).toEqual([false]);
    expect(reasonsOf(alerts[0]).at(-1)).toBe('silence: silenced by quiet-host-a');
  });

  it('is named in the trace if it matches the open anomalies, even if the likely cause closed and no silence matches it', () => {
    const ofB = silenceOf('b', '00:32:20');
    const { alerts } = run([
      ...opening,
      anomalyRecord(host),
      anomalyRecord(closed(disk, at('00:30:40'))),
      commandRecord(ofB),
      ...ticks(at('00:32:20'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:32:20 (opened)']);
    expect(reasonsOf(alerts[0]).at(-1)).toBe('silence: silenced by quiet-host-b');
  });
});
