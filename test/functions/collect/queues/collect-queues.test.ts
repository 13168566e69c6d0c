import {
  CloudWatchClient,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectQueues, type QueuesAndTopics } from '../../../../functions/collect/queues/collect-queues.ts';
import { delayMs, lastPeriod, periodMs, periodsToRead } from '../../../../functions/collect/queues/period.ts';
import { cloudWatchMetrics } from '../../../../functions/shared/adapters/cloudwatch/metric-data.ts';
import { catalogueFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { type Script, scriptedAws } from '../../../support/scripted-aws.ts';
import { sampleOf } from '../../normalise/beats.ts';

const aws = scriptedAws();
const nowMs = Date.parse('2026-11-23T14:58:35Z');
/** The last period at that time which ended three minutes before it. */
const startMs = Date.parse('2026-11-23T14:50:00Z');

type Result = Partial<MetricDataResult>;
/** Returns the answers of CloudWatch: a result for each query. The types are those of the SDK, the times those of the protocol. */
const answering =
  (resultOf: (metric: string, name: string) => Result, more: Partial<GetMetricDataOutput> = {}): Script =>
  ({ body }) => {
    const { MetricDataQueries = [] } = JSON.parse(body) as GetMetricDataInput;
    const results = MetricDataQueries.map(({ Id, MetricStat }): MetricDataResult => {
      const { MetricName = '', Dimensions = [] } = MetricStat!.Metric!;
      return { Id, StatusCode: 'Complete', Label: MetricName, ...resultOf(MetricName, Dimensions[0]!.Value!) };
    });
    const answer = { MetricDataResults: results, ...more } satisfies GetMetricDataOutput;
    const inSeconds = (_: string, value: unknown) =>
      typeof value === 'string' && /^\d{4}-.*Z$/.test(value) ? Date.parse(value) / 1_000 : value;
    return { status: 200, body: JSON.parse(JSON.stringify(answer), inSeconds) };
  };
const at = (ms: number, ...values: number[]): Result => ({
  Timestamps: values.map((_, nth) => new Date(ms + nth * periodMs)),
  Values: values,
});

interface Options {
  readonly attemptsMax?: number;
  readonly totalMs?: number;
  readonly signal?: AbortSignal;
}
async function collect(script: readonly Script[], names: Partial<QueuesAndTopics>, options: Options = {}) {
  const { attemptsMax = 1, totalMs = 10_000, signal } = options;
  const metrics = cloudWatchMetrics(new CloudWatchClient(await aws.answer(script, { attemptsMax })));
  const deps = { metrics, region: 'eu-central-1', clock: { nowMs: () => nowMs }, totalMs, period: lastPeriod(nowMs) };
  return collectQueues({ queues: [], topics: [], ...names }, { ...deps, ...(signal && { signal }) });
}
const queriesOf = (call: { readonly body: string }) => (JSON.parse(call.body) as GetMetricDataInput).MetricDataQueries!;

describe('the last period of CloudWatch', () => {
  it('is whole, has ended long enough ago, and is the newest such one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        const { endMs, lengthMs } = lastPeriod(ms);
        expect([endMs % periodMs, lengthMs]).toEqual([endMs < 0 ? endMs % periodMs : 0, periodMs]);
        expect(endMs).toBeLessThanOrEqual(ms - delayMs);
        expect(endMs + periodMs).toBeGreaterThan(ms - delayMs);
      }),
    );
  });
});

describe('the periods to read', () => {
  const minuteMs = 60_000;
  it('are each period once, in order, whenever the collections are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 14 * minuteMs }), { minLength: 1, maxLength: 50 }), (gaps) => {
        let [clockMs, readMs]: [number, number | undefined] = [nowMs, undefined];
        const ends: number[] = [];
        for (const gap of gaps) {
          clockMs += gap;
          const periods = periodsToRead(clockMs, readMs);
          ends.push(...periods.map(({ endMs }) => endMs));
          readMs = ends.at(-1);
        }
        const first = lastPeriod(nowMs + gaps[0]!).endMs;
        const last = lastPeriod(clockMs).endMs;
        expect(ends).toEqual(Array.from({ length: (last - first) / periodMs + 1 }, (_, nth) => first + nth * periodMs));
      }),
    );
  });

  it('are three at most, the newest', () => {
    const ends = periodsToRead(nowMs, startMs - 100 * periodMs).map(({ endMs }) => endMs);
    expect(ends).toEqual([startMs - periodMs, startMs, startMs + periodMs]);
  });

  it('are none if the clock went back', () => {
    expect(periodsToRead(nowMs, nowMs + 60 * minuteMs)).toEqual([]);
  });
});

describe('a collection of queues and topics', () => {
  it('becomes a document for each, with the values of the period and the time of its end', async () => {
    const script = answering((metric) => at(startMs, metric === 'NumberOfMessagesSent' ? 300 : 2));
    const { documents, status } = await collect([script], { queues: ['alerts'], topics: ['pages'] });
    expect(status).toEqual({ status: 'ok' });
    expect(documents).toMatchObject([
      {
        '@timestamp': '2026-11-23T14:55:00.000Z',
        event: { dataset: 'aws.sqs', module: 'aws' },
        metricset: { name: 'sqs', period: 300_000 },
        cloud: { provider: 'aws', region: 'eu-central-1' },
      },
      { event: { dataset: 'aws.sns' }, aws: { dimensions: { TopicName: 'pages' } } },
    ]);
    expect(documents[0]!.aws).toEqual({
      sqs: {
        queue: { name: 'alerts' },
        messages: { visible: 2, not_visible: 2, delayed: 2 },
        sent: { count: 300 },
        received: { count: 2, empty: 2 },
        deleted: { count: 2 },
        sent_message_size: { bytes: 2 },
        oldest_message_age: { sec: 2 },
      },
    });
    expect(documents[1]!.aws.sns).toEqual({
      metrics: {
        NumberOfMessagesPublished: { sum: 2 },
        NumberOfNotificationsDelivered: { sum: 2 },
        NumberOfNotificationsFailed: { sum: 2 },
        NumberOfNotificationsFilteredOut: { sum: 2 },
        PublishSize: { avg: 2 },
      },
    });
  });

  it('asks for one period of its own length, and for sums of counts', async () => {
    await collect([answering(() => at(startMs, 1))], { queues: ['alerts'] });
    const [asked] = aws.bodies as unknown as { StartTime: number; EndTime: number }[];
    expect([asked!.StartTime * 1_000, asked!.EndTime * 1_000]).toEqual([startMs, startMs + periodMs]);
    const sent = queriesOf(aws.calls[0]!).find(({ MetricStat }) => MetricStat!.Metric!.MetricName!.endsWith('Sent'));
    expect(sent!.MetricStat).toEqual({
      Metric: {
        Namespace: 'AWS/SQS',
        MetricName: 'NumberOfMessagesSent',
        Dimensions: [{ Name: 'QueueName', Value: 'alerts' }],
      },
      Period: 300,
      Stat: 'Sum',
    });
  });

  it('becomes samples of services with region, whose metrics are all in the catalogue', async () => {
    const { documents } = await collect([answering(() => at(startMs, 1))], { queues: ['a'], topics: ['b'] });
    const samples = documents.map((document) => sampleOf(document));
    expect(samples.map(({ entity: { kind, name }, dimensions }) => [kind, name, dimensions])).toEqual([
      ['service', 'a', { 'cloud.region': 'eu-central-1' }],
      ['service', 'b', { 'cloud.region': 'eu-central-1' }],
    ]);
    const metrics = samples.flatMap(({ measurements }) => Object.keys(measurements));
    expect(metrics).toHaveLength(14);
    expect(metrics.filter((metric) => catalogueFacts(metric) === undefined)).toEqual([]);
  });

  it('has no value where CloudWatch has none, and no document of what nobody uses', async () => {
    const script = answering((metric, name) =>
      name === 'used' && metric === 'NumberOfMessagesSent' ? at(startMs, 0) : { Timestamps: [], Values: [] },
    );
    const { documents, status } = await collect([script], { queues: ['idle', 'used'], topics: ['idle'] });
    expect(documents.map((document) => document.aws.sqs)).toEqual([{ queue: { name: 'used' }, sent: { count: 0 } }]);
    expect(status.status).toBe('ok');
  });

  it('takes no value of another period', async () => {
    const { documents } = await collect([answering(() => at(startMs - periodMs, 1))], { queues: ['alerts'] });
    expect(documents).toEqual([]);
  });

  it('asks for nothing if there is nothing to ask for', async () => {
    expect(await collect([answering(() => ({}))], {})).toEqual({ documents: [], status: { status: 'ok' } });
    expect(aws.calls).toEqual([]);
  });
});

describe('the batches of CloudWatch', () => {
  it('have 500 queries at most, and each queue keeps its own values', async () => {
    const queues = Array.from({ length: 130 }, (_, nth) => `queue-${nth}`);
    const script = answering((_, name) => at(startMs, Number(name.slice('queue-'.length))));
    const { documents } = await collect([script], { queues });
    expect(aws.calls.map((call) => queriesOf(call).length)).toEqual([500, 500, 170]);
    expect(documents).toHaveLength(130);
    for (const [nth, document] of documents.entries()) {
      expect(document.aws.sqs).toMatchObject({ queue: { name: `queue-${nth}` }, sent: { count: nth } });
      expect(document.aws.sqs).toMatchObject({ oldest_message_age: { sec: nth } });
    }
  });

  it('may be answered in pages', async () => {
    const first = answering((metric) => (metric === 'NumberOfMessagesSent' ? at(startMs, 7) : {}), { NextToken: 'n' });
    const second = answering((metric) => (metric === 'NumberOfMessagesDeleted' ? at(startMs, 5) : {}));
    const { documents } = await collect([first, second], { queues: ['alerts'] });
    expect(documents[0]!.aws.sqs).toEqual({ queue: { name: 'alerts' }, sent: { count: 7 }, deleted: { count: 5 } });
    expect(aws.bodies[1]).toMatchObject({ NextToken: 'n' });
  });

  it('end after a bound of pages', async () => {
    const { status } = await collect([answering(() => at(startMs, 1), { NextToken: 'n' })], { queues: ['alerts'] });
    expect(status).toEqual({ status: 'degraded', reason: expect.stringContaining('more than 10 pages') });
    expect(aws.calls).toHaveLength(10);
  });

  it('go on if one fails', async () => {
    const queues = Array.from({ length: 60 }, (_, nth) => `queue-${nth}`);
    const limited: Script = () => ({ status: 400, body: { __type: 'ThrottlingException', message: 'slow down' } });
    const { documents, status } = await collect([limited, answering(() => at(startMs, 1))], { queues });
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.length).toBeLessThan(60);
    expect(status).toEqual({ status: 'degraded', reason: expect.stringContaining('ThrottlingException') });
  });
});

describe('a collection of queues that fails', () => {
  it('tries again if CloudWatch limits the calls', async () => {
    const limited: Script = () => ({ status: 400, body: { __type: 'ThrottlingException', message: 'slow down' } });
    const script = [limited, answering(() => at(startMs, 1))];
    const { status } = await collect(script, { queues: ['alerts'] }, { attemptsMax: 2 });
    expect([status.status, aws.calls.length]).toEqual(['ok', 2]);
  });

  it('is unknown if it is denied, and names the permission', async () => {
    const denied: Script = () => ({ status: 403, body: { __type: 'AccessDeniedException', message: 'no policy' } });
    const { documents, status } = await collect([denied], { queues: ['alerts'] });
    expect([documents, status.status]).toEqual([[], 'unknown']);
    expect(status.reason).toContain('allow cloudwatch:GetMetricData');
  });

  it('says that a metric is forbidden', async () => {
    const { status } = await collect([answering(() => ({ StatusCode: 'Forbidden' }))], { queues: ['alerts'] });
    expect(status.reason).toBe(
      'CloudWatch does not answer ApproximateNumberOfMessagesVisible: Forbidden and 8 other failures',
    );
  });

  it('ends after its time-out', async () => {
    const { status } = await collect([() => 'silence'], { queues: ['alerts'] }, { totalMs: 50 });
    expect(status).toEqual({ status: 'unknown', reason: 'CloudWatch did not answer within 0.05 s' });
  });

  it('ends at once if it is aborted, with the reason', async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const silent: Script = () => {
      asked.resolve();
      return 'silence';
    };
    const ended = expect(collect([silent], { queues: ['alerts'] }, { signal: stop.signal })).rejects.toThrow('stopped');
    await asked.promise;
    stop.abort(new Error('stopped'));
    await ended;
  });
});
