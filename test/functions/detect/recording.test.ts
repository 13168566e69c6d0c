import { describe, expect, it } from 'vitest';
import { anomaliesOfRecording, incidents, isLabelled } from './recording.ts';

const anomalies = anomaliesOfRecording();
/** The labels call this machine noise: other programs use it. */
const watched = anomalies.filter(({ series }) => series.entity.name !== 'vmhost');

describe('the recorded cluster', () => {
  it.each(incidents)('shows $id on a labelled series, from within a minute of its start', (incident) => {
    const found = watched.filter((anomaly) => incident.series.some((label) => isLabelled(anomaly, label)));
    const startMs = Date.parse(incident.start);
    const onsets = found.map(({ startsAtMs }) => startsAtMs - startMs).filter((ms) => ms >= -20_000 && ms <= 60_000);
    expect(onsets.length).toBeGreaterThan(0);
  });

  it.each(incidents)('closes what $id opened within two minutes of its end', (incident) => {
    const [startMs, endMs] = [Date.parse(incident.start), Date.parse(incident.end)];
    const opened = watched.filter(({ startsAtMs }) => startsAtMs >= startMs - 20_000 && startsAtMs <= endMs + 60_000);
    for (const anomaly of opened) {
      expect(anomaly.closedBecause).toBe('back to normal');
      expect(anomaly.updatedAtMs).toBeLessThanOrEqual(endMs + 120_000);
    }
  });

  it('shows nothing outside the incidents: no backup job, no balancing of chunks', () => {
    const others = watched.filter(
      ({ startsAtMs }) =>
        !incidents.some(
          ({ start, end }) => startsAtMs >= Date.parse(start) - 20_000 && startsAtMs <= Date.parse(end) + 60_000,
        ),
    );
    expect(others.map(({ reason }) => reason)).toEqual([]);
  });
});
