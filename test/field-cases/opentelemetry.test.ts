import { afterAll, expect, it } from 'vitest';
import { CaseFolders } from './case-folders.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

const beganMs = Date.parse('2026-11-28T10:00:00Z');
const periodMs = 10_000;
const [restart, burst, burstEnd, end] = [30, 50, 56, 70].map((minute) => minute * 6) as [
  number,
  number,
  number,
  number,
];
const cores = 2;

/** Returns the time in which processors were in use in each period, s: a little, and all of it during the burst. */
const usedS = (nth: number): number => {
  if (nth >= burst && nth < burstEnd) return cores * 9.75;
  return cores * (1 + 0.5 * Math.sin(nth * 1.7) ** 2);
};

/** Returns a recording of `system.cpu.time` as a Collector writes it in JSON. The host restarts after half an hour. */
function recordingOf(): string {
  let [idleS, userS, startMs] = [100_000, 20_000, beganMs - 3_600_000];
  const lines = Array.from({ length: end }, (_, nth) => {
    const timeMs = beganMs + nth * periodMs;
    if (nth === restart) [idleS, userS, startMs] = [50, 9, timeMs - 60_000];
    userS += usedS(nth);
    idleS += cores * 10 - usedS(nth);
    const point = (state: string, asDouble: number) => ({
      attributes: [{ key: 'state', value: { stringValue: state } }],
      startTimeUnixNano: `${startMs}000000`,
      timeUnixNano: `${timeMs}000000`,
      asDouble,
    });
    const sum = {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [point('idle', idleS), point('user', userS)],
    };
    const metrics = [{ name: 'system.cpu.time', unit: 's', sum }];
    const resource = { attributes: [{ key: 'host.name', value: { stringValue: 'node-a' } }] };
    return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  });
  return lines.join('\n');
}

it('busy processors of a host that ships by OpenTelemetry are one alert, and its restart is none', async () => {
  const { status, samples, deadLetters, alerts, alertList } = await folders.replay(folders.recording(recordingOf()));
  expect({ status, samples, deadLetters, alerts }).toEqual({ status: 0, samples: 2 * end, deadLetters: 0, alerts: 1 });
  expect(alertList).toMatchObject([
    {
      entity: { kind: 'host', name: 'node-a' },
      startsAtMs: beganMs + burst * periodMs,
      suspects: [{ series: { metric: 'system.cpu.time', dimensions: { state: 'idle' } } }],
    },
  ]);
});
