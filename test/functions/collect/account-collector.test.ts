import type { GetMetricDataInput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAccountCollector } from '../../../functions/collect/account-collector.ts';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { parseSettings } from '../../../settings/file.ts';
import { FakeControlPlane } from '../../support/fake-msk-control-plane.ts';
import { type Script, scriptedAws } from '../../support/scripted-aws.ts';

const aws = scriptedAws();
const msk = new FakeControlPlane();
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await msk.close();
});

const never = new AbortController().signal;
const minuteMs = 60_000;
const region = { AWS_REGION: 'eu-central-1' };
const own = { ...region, OFFBEAT_OWN_QUEUES: 'alerts,attempts', OFFBEAT_OWN_TOPICS: 'pages' };

function open(target: string, period: string, env: Record<string, string>) {
  const clock = { ms: Date.parse('2026-11-23T14:58:35Z'), nowMs: () => clock.ms, random: () => 0.5 };
  const settings = parseSettings(`collect: [{ target: "${target}", period: ${period} }]\n`, 'offbeat.yaml');
  return { clock, ...openAccountCollector(settings.collect[0]!, { clock, env }) };
}

/** Answers each query with 1, at the begin of the period. */
const ones: Script = ({ body }) => {
  const { MetricDataQueries = [], StartTime } = JSON.parse(body) as GetMetricDataInput;
  const MetricDataResults = MetricDataQueries.map(({ Id }) => ({ Id, Timestamps: [StartTime!], Values: [1] }));
  return { status: 200, body: { MetricDataResults } satisfies GetMetricDataOutput };
};
const failing: Script = () => ({ status: 403, body: { __type: 'AccessDeniedException', message: 'no policy' } });

describe('the collector of a cluster of MSK', () => {
  it('asks in the region of the environment, and has the period of the settings', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', await msk.listen());
    const { name, periodMs, collect } = open('msk://offbeat', '2m', region);
    expect([name, periodMs]).toEqual(['msk://offbeat', 2 * minuteMs]);
    const { documents, status, isReachable } = await collect(never);
    expect([documents.length, status.status, isReachable]).toEqual([4, 'ok', true]);
    expect(documents[0]).toMatchObject({
      host: { name: 'offbeat.eu-central-1' },
      metricset: { name: 'cluster', period: 2 * minuteMs },
    });
  });

  it('is none without a region', () => {
    expect(() => open('msk://offbeat', '1m', {})).toThrow(UsageError);
  });
});

describe('the collector of the queues of a deployment', () => {
  const openQueues = async (script: readonly Script[]) => {
    await aws.answer(script);
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', aws.endpoint);
    return open('aws://queues', '5m', own);
  };
  const endsOf = (documents: readonly Readonly<Record<string, unknown>>[]) =>
    documents.map((document) => String(document['@timestamp']).slice(11, 16));

  it('reads each period once, and one that was missed too', async () => {
    const { clock, collect } = await openQueues([ones]);
    const first = await collect(never);
    expect(endsOf(first.documents)).toEqual(['14:55', '14:55', '14:55']);
    first.onDelivered?.();
    clock.ms += minuteMs;
    const again = await collect(never);
    expect([again.documents, again.isReachable, aws.calls.length]).toEqual([[], true, 1]);
    clock.ms += 10 * minuteMs;
    const later = endsOf((await collect(never)).documents);
    expect(later).toEqual(['15:00', '15:00', '15:00', '15:05', '15:05', '15:05']);
  });

  it('reads a period again that CloudWatch did not answer for', async () => {
    const { clock, collect } = await openQueues([failing, ones]);
    const { documents, status, isReachable } = await collect(never);
    expect([documents, status.status, isReachable]).toEqual([[], 'unknown', false]);
    clock.ms += minuteMs;
    expect(endsOf((await collect(never)).documents)).toEqual(['14:55', '14:55', '14:55']);
  });

  it('asks for the queues and topics that the environment names', async () => {
    const { collect } = await openQueues([ones]);
    const { documents } = await collect(never);
    expect(documents.map(({ aws: of }) => of)).toMatchObject([
      { sqs: { queue: { name: 'alerts' } } },
      { sqs: { queue: { name: 'attempts' } } },
      { dimensions: { TopicName: 'pages' } },
    ]);
  });

  it('is none outside a deployment, and says what to do', () => {
    expect(() => open('aws://queues', '5m', region)).toThrow(/of a deployment on AWS; leave the target out here/);
  });
});

describe('the target aws://queues of the settings', () => {
  const parse = (target: string, rest: string) =>
    parseSettings(`collect: [{ target: "${target}"${rest} }]\n`, 'offbeat.yaml');

  it('has a period of 5m, as the values of CloudWatch', () => {
    expect(parse('aws://queues', ', period: 5m').collect).toHaveLength(1);
    for (const period of ['30s', '1m', '10m'])
      expect(() => parse('aws://queues', `, period: ${period}`)).toThrow(/period: expected 5m/);
  });

  it('is all queues, and has no log-in', () => {
    expect(() => parse('aws://alerts', ', period: 5m')).toThrow(/target: expected aws:\/\/queues/);
    expect(() => parse('aws://queues', ', period: 5m, tls: true')).toThrow(/AWS is asked with the credentials/);
  });
});
