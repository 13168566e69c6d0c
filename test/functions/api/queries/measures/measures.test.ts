import { describe, expect, it } from 'vitest';
import type { Measures } from '../../../../../functions/api/answers/measures.ts';
import { sampleVersion } from '../../../../../functions/shared/domain/sample.ts';
import { summaryVersion } from '../../../../../functions/shared/domain/summary.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';
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
});
