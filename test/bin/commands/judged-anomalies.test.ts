import { expect, it } from 'vitest';
import { ApiRefusal } from '../../../bin/api-client.ts';
import { judgedAnomalies } from '../../../bin/commands/judged-anomalies.ts';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import { anomaly } from '../../functions/alert/signals.ts';
import { alertOf } from '../../support/alerts.ts';

const minute = (min: number, max: number) => ({ avg: min, min, max, last: max, count: 6, minuteMs: 0 });

/** Returns what is judged of an alert with these anomalies, `b` being its likely cause, where minutes have these extremes. */
function judged(anomalies: readonly Anomaly[], minutes: readonly ReturnType<typeof minute>[], id?: string) {
  const [suspect] = alertOf().suspects;
  const alert = alertOf({ anomalies: ['a', 'b'], suspects: [{ ...suspect!, anomalyId: 'b' }] });
  const api = {
    get: async (path: string) => (path === '/api/anomalies' ? { anomalies } : { minutes }),
    post: async () => ({}),
    close: async () => {},
  };
  return judgedAnomalies(api as never, alert, id ?? alert.id);
}

const [a, b] = ['a', 'b'].map((id) => anomaly({ id, state: 'closed' }));

it('a judgement of an alert is about all its anomalies, the likely cause first', async () => {
  expect((await judged([a!, b!, { ...a!, id: 'of another alert' }], [])).map(({ id }) => id)).toEqual(['b', 'a']);
});

it('a judgement of an anomaly is about it alone', async () => {
  expect((await judged([a!, b!], [], 'a')).map(({ id }) => id)).toEqual(['a']);
});

it('an open anomaly has the value furthest off so far, and a closed one its peak', async () => {
  const open = anomaly({ id: 'a', state: 'open' });
  const fall = anomaly({ id: 'b', state: 'open', peak: 1e6, direction: 'down' });
  const minutes = [minute(2e6, 95e6), minute(0.2e6, 140e6)];
  expect((await judged([open, fall], minutes)).map(({ peak }) => peak)).toEqual([0.2e6, 140e6]);
  expect((await judged([a!], minutes)).map(({ peak }) => peak)).toEqual([a!.peak]);
  expect((await judged([open], [minute(1, 2)])).map(({ peak }) => peak)).toEqual([open.peak]);
});

it('nothing is judged where there is no warehouse', async () => {
  const api = { get: () => Promise.reject(new ApiRefusal('no warehouse', 501)) };
  expect(await judgedAnomalies(api as never, alertOf(), 'a')).toEqual([]);
});
