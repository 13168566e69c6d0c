import { describe, expect, it } from 'vitest';
import { anomaliesOfRecording, incidents, isLabelled, recordsOfRecording } from './recording.ts';
import { run } from './records.ts';

const anomalies = anomaliesOfRecording();
/** The anomalies without those of a machine that other programs use, too: the labels do not cover it. */
const watched = anomalies.filter(({ series }) => series.entity.name !== 'vmhost');

describe('the recorded cluster', () => {
  it.each(incidents)(
    'has an anomaly for $id in a labelled series, which begins within a minute of its start',
    (incident) => {
      const found = watched.filter((anomaly) => incident.series.some((label) => isLabelled(anomaly, label)));
      const startMs = Date.parse(incident.start);
      const onsets = found.map(({ startsAtMs }) => startsAtMs - startMs).filter((ms) => ms >= -20_000 && ms <= 60_000);
      expect(onsets.length).toBeGreaterThan(0);
    },
  );

  it.each(incidents)('has the anomalies of $id closed within two minutes of its end', (incident) => {
    const [startMs, endMs] = [Date.parse(incident.start), Date.parse(incident.end)];
    const opened = watched.filter(({ startsAtMs }) => startsAtMs >= startMs - 20_000 && startsAtMs <= endMs + 60_000);
    for (const anomaly of opened) {
      expect(anomaly.closedBecause).toBe('back to normal');
      expect(anomaly.updatedAtMs).toBeLessThanOrEqual(endMs + 120_000);
    }
  });

  it('has no anomaly outside the incidents, such as for a backup job or the balancing of chunks', () => {
    const others = watched.filter(
      ({ startsAtMs }) =>
        !incidents.some(
          ({ start, end }) => startsAtMs >= Date.parse(start) - 20_000 && startsAtMs <= Date.parse(end) + 60_000,
        ),
    );
    expect(others.map(({ reason }) => reason)).toEqual([]);
  });

  it('has no collision, no duplicate and nothing else that detect leaves out', () => {
    expect(Object.fromEntries(run(recordsOfRecording()).state.counts)).toEqual({});
  });
});
