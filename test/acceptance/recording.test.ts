import { describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { run as alert, story } from '../functions/alert/signals.ts';
import { incidents, recordsOfRecording } from '../functions/detect/recording.ts';
import { run as detect } from '../functions/detect/records.ts';

/** Milliseconds by which an alert may start before or after an incident and still be about it. */
const [earlyMs, lateMs] = [20_000, 60_000];

const signals = detect(recordsOfRecording())
  .effects.filter(({ topic }) => topic === topics.signals)
  .map(
    ({ topic, key, value, headers }, offset): LogRecord => ({
      topic,
      partition: 0,
      offset,
      timestampMs: 0,
      key,
      value: Buffer.from(value),
      headers,
    }),
  );
const { alerts, state } = alert(signals);

const opened = alerts.filter(({ transition }) => transition === 'opened');
/** The entity that the labels call noise: other programs use it. */
const watched = opened.filter(({ entity }) => entity.name !== 'vmhost');

function isAbout({ startsAtMs }: Alert, { start, end }: { start: string; end: string }): boolean {
  return startsAtMs >= Date.parse(start) - earlyMs && startsAtMs <= Date.parse(end) + lateMs;
}

const alertsOn = (incident: (typeof incidents)[number]): Alert[] =>
  watched.filter((candidate) => isAbout(candidate, incident));

/** The entity that labels.json names as the cause of each incident. */
const causes: Readonly<Record<string, string>> = {
  i1: 'host/node-m',
  i2: 'host/node-m',
  i3: 'host/node-b',
  i4: 'host/node-a',
  i5: 'consumer-group/orders-etl',
  i6: 'chunkserver/10.77.0.13:9422',
};

describe('the recorded cluster', () => {
  it.each(incidents)('makes $id one alert', (incident) => {
    expect(alertsOn(incident)).toHaveLength(1);
  });

  it.each(incidents)('names the cause of $id first', (incident) => {
    const entities = alertsOn(incident).map(({ entity }) => `${entity.kind}/${entity.name}`);
    expect(entities).toEqual([causes[incident.id]]);
  });

  it('makes no other alert', () => {
    const others = watched.filter((candidate) => !incidents.some((incident) => isAbout(candidate, incident)));
    expect(others.map(({ headline }) => headline)).toEqual([]);
  });

  it('pages each incident once, again only where it spreads to another entity, and sends one resolve', () => {
    for (const { id } of opened) {
      const pages = alerts.filter((candidate) => candidate.id === id && candidate.notify);
      const spread = pages.filter(({ transition }) => transition === 'updated');
      expect(pages.map(({ transition }) => transition)).toEqual(['opened', ...spread.map(() => 'updated'), 'resolved']);
      for (const [nth, { suspects }] of spread.entries()) {
        expect(suspects.length).toBeGreaterThan(pages[nth]!.suspects.length);
      }
    }
  });

  it.each(incidents)('pages $id while it lasts and ends it within three minutes', (incident) => {
    const [{ id } = { id: 'none' }] = alertsOn(incident);
    const [first, last] = alerts.filter((candidate) => candidate.id === id);
    expect(first?.updatedAtMs).toBeLessThan(Date.parse(incident.end));
    expect(last?.updatedAtMs).toBeLessThanOrEqual(Date.parse(incident.end) + 180_000);
  });

  it('is forgotten when its replay ends, so that a second replay gives the same records', () => {
    expect(state.clocks.has('recorded')).toBe(false);
    expect(story(alert(signals, state).alerts)).toEqual(story(alerts));
  });
});
