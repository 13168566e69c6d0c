import { describe, expect, it } from 'vitest';
import type { Measures } from '../../../../../functions/api/answers/measures.ts';
import { coarsened, fineGridOf } from '../../../../../functions/api/queries/measures/coarsen.ts';
import { combined } from '../../../../../functions/api/queries/measures/measured-series.ts';
import type { Anomaly } from '../../../../../functions/shared/domain/anomaly.ts';
import { sampleVersion } from '../../../../../functions/shared/domain/sample.ts';
import { summaryVersion } from '../../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';
import { anomalyDocument } from '../../../../../functions/shared/warehouse/anomaly-document.ts';
import { hourDocument } from '../../../../../functions/shared/warehouse/summary-document.ts';
import { anomalyWrite } from '../../../../contract/warehouse-writes.ts';
import { startMs } from '../../../../support/alerts.ts';
import { apiOnStore } from '../../api-on-store.ts';
import { node, sample } from '../samples-of-node.ts';

const api = apiOnStore();
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const cpu = 'system.cpu.total.norm.pct';
const ofCpu = { dataset: 'system.cpu', dimensions: {} };

async function minutes(...times: number[]): Promise<void> {
  const figures = { avg: 0.5, min: 0.5, max: 0.5, last: 0.5, count: 6 };
  const all = times.map((minuteMs) => ({ entity: node, minuteMs, ...ofCpu, metrics: { [cpu]: figures } }));
  await api.persist(topics.summaries, summaryVersion, ...all);
}

async function ask(fromMs: number, toMs: number): Promise<Measures> {
  const { body } = await api.ask(`/api/measures?kind=host&from=${fromMs}&to=${toMs}&points=60`);
  return body as Measures;
}

describe('the measures of a machine', () => {
  it('are there in a range of days before its first hour is made, with its newest sample', async () => {
    await api.persist(topics.samples, sampleVersion, sample(0, { [cpu]: 0.5 }, ofCpu));
    await minutes(startMs - minuteMs);
    const { rows } = await ask(startMs - 5 * dayMs, startMs + minuteMs);
    expect(rows).toMatchObject([{ newestMs: startMs, measures: { cpu: { last: 0.5 } } }]);
  });

  it('are those of its minutes in a short range whose samples are deleted', async () => {
    await api.persist(topics.samples, sampleVersion, sample(0, { [cpu]: 0.9 }, ofCpu));
    const fromMs = startMs - 5 * dayMs;
    await minutes(fromMs, fromMs + minuteMs, fromMs + 2 * minuteMs);
    const { rows, source } = await ask(fromMs, fromMs + 30 * minuteMs);
    expect(source).toBe('minutes');
    expect(rows[0]!.measures.cpu!.values.slice(0, 4)).toEqual([0.5, 0.5, 0.5, null]);
  });

  it('are those of its hours in a day whose minutes are deleted', async () => {
    await api.persist(topics.samples, sampleVersion, sample(0, { [cpu]: 0.9 }, ofCpu));
    const fromMs = startMs - 40 * dayMs;
    await minutes(startMs - minuteMs);
    const hours = [0, 1, 2].map((nth) => {
      const timeMs = fromMs + nth * 60 * minuteMs;
      const figures = { avg: 0.25, min: 0.25, max: 0.25, last: 0.25, count: 360 };
      const document = hourDocument.write({
        ...{ entity: node, minuteMs: timeMs, minutes: 60, ...ofCpu },
        metrics: { [cpu]: figures },
      });
      return { family: 'offbeat-summaries-1h', id: `hour-${nth}`, timeMs, document } as const;
    });
    await api.store.warehouse.write(hours);
    const { rows, source } = await ask(fromMs, fromMs + dayMs);
    expect(source).toBe('hours');
    expect(rows[0]!.measures.cpu!.values.slice(0, 4)).toEqual([0.25, 0.25, 0.25, null]);
  });

  it('have an anomaly that began the day before, and ended in the range', async () => {
    await api.persist(topics.samples, sampleVersion, sample(0, { [cpu]: 0.9 }, ofCpu));
    const write = anomalyWrite('recorded', 'anomaly-1', 1);
    const [startsAtMs, endsAtMs] = [startMs - 20 * 60 * minuteMs, startMs + 10_000];
    const series = { entity: node, metric: cpu, dimensions: {} };
    const anomaly: Anomaly = { ...anomalyDocument.read(write.document), state: 'closed', series, startsAtMs, endsAtMs };
    await api.store.warehouse.write([{ ...write, timeMs: startsAtMs, document: anomalyDocument.write(anomaly) }]);
    const { rows } = await ask(startMs, startMs + 5 * minuteMs);
    expect(rows[0]!.measures.cpu!.anomalies).toMatchObject([{ fromMs: startsAtMs, toMs: endsAtMs }]);
  });

  it('keep the peak of each step, of one machine and of all, and the newest value', async () => {
    const values = [0.1, 0.9, 0.2, 0.2, 0.2, 0.4];
    const samples = values.map((value, nth) => sample(nth * 10, { [cpu]: value }, ofCpu));
    await api.persist(topics.samples, sampleVersion, ...samples);
    const { body } = await api.ask(`/api/measures?kind=host&from=${startMs}&to=${startMs + 299_000}&points=10`);
    const { rows, total, totalMax } = body as Measures;
    const { values: means, min, max, last } = rows[0]!.measures.cpu!;
    expect(means.slice(0, 2)).toEqual([0.4, expect.closeTo(0.266667)]);
    expect([min?.slice(0, 2), max?.slice(0, 2), last]).toEqual([[0.1, 0.2], [0.9, 0.4], 0.4]);
    expect([total.cpu?.[0], totalMax.cpu?.slice(0, 2)]).toEqual([0.4, [0.9, 0.4]]);
  });
});

describe('a sum in longer steps', () => {
  it('has the peak of the sum, and not the sum of the peaks of its parts', () => {
    const { grid, perStep } = fineGridOf({ stepMs: 20, times: [0, 20] }, 10);
    expect([grid.times, perStep]).toEqual([[0, 10, 20, 30], 2]);
    const parts = [
      [5, 0, 1, null],
      [0, 5, 1, null],
    ];
    expect(coarsened(combined(parts, 'sum'), perStep)).toEqual({ values: [5, 2] });
    expect(coarsened([1, 3, null, null], perStep)).toEqual({ values: [2, null], min: [1, null], max: [3, null] });
  });
});
