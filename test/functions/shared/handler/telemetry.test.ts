import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FencedError } from '../../../../functions/shared/domain/errors.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { powertoolsTelemetry } from '../../../../functions/shared/handler/telemetry.ts';
import { encodeKafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

// The logger writes the time in the zone of TZ, which Lambda sets to UTC.
beforeEach(() => vi.stubEnv('TZ', 'UTC'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function open() {
  const lines: string[] = [];
  const telemetry = powertoolsTelemetry({ service: 'detect', write: (line) => lines.push(line) });
  return { telemetry, read: () => lines.map((line) => JSON.parse(line)) };
}

/** Returns the metrics that CloudWatch makes of a line in the embedded metric format. */
function emf(line: Record<string, unknown> & { _aws: { CloudWatchMetrics: [Directive] } }) {
  const [{ Namespace: namespace, Dimensions: sets, Metrics: metrics }] = line._aws.CloudWatchMetrics;
  expect(sets).toHaveLength(1);
  const dimensions = Object.fromEntries(sets[0]!.map((name) => [name, line[name]]));
  const values = Object.fromEntries(metrics.map(({ Name }) => [Name, line[Name]]));
  return { namespace, dimensions, values, units: [...new Set(metrics.map(({ Unit }) => Unit))] };
}
interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

describe('a log line', () => {
  it('a log line contains level, function and request, and its details in a field of their own', () => {
    const { telemetry, read } = open();
    telemetry.begin(lambdaContext());
    telemetry.warn('too little time is left', { receiver: 'pager', remainingMs: 3 });
    expect(read()).toEqual([
      {
        level: 'WARN',
        message: 'too little time is left',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        service: 'detect',
        cold_start: false,
        function_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:test',
        function_memory_size: '1024',
        function_name: 'test',
        function_request_id: 'test',
        sampling_rate: 0,
        details: { receiver: 'pager', remainingMs: 3 },
      },
    ]);
  });

  it('a log line contains the id of its request, not of the one before', () => {
    const { telemetry, read } = open();
    for (const awsRequestId of ['first', 'second']) {
      telemetry.begin({ ...lambdaContext(), awsRequestId });
      telemetry.info('done');
    }
    expect(read().map((line) => line.function_request_id)).toEqual(['first', 'second']);
  });

  it('only the first invocation of an environment is logged as a cold start', () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    const { telemetry, read } = open();
    for (const message of ['first', 'second']) {
      telemetry.begin(lambdaContext());
      telemetry.info(message);
    }
    expect(read().map((line) => line.cold_start)).toEqual([true, false]);
  });

  it('a log line keeps its message, level and time whatever the names of the details', () => {
    const { telemetry, read } = open();
    telemetry.error('detect failed', { message: 'fenced', level: 'low', timestamp: 0 });
    const [{ message, level, details }, ...more] = read();
    expect({ message, level, details, more }).toEqual({
      message: 'detect failed',
      level: 'ERROR',
      details: { message: 'fenced', level: 'low', timestamp: 0 },
      more: [],
    });
  });

  it.each(['info', 'warn', 'error'] as const)('a log line of level %s contains no payload', (level) => {
    const { telemetry, read } = open();
    telemetry[level]('done', { body: Buffer.from('payload') });
    expect(read()).toEqual([expect.objectContaining({ level: level.toUpperCase(), details: { body: '7 bytes' } })]);
  });

  it('log lines go to the standard output by default', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    powertoolsTelemetry({ service: 'detect' }).error('detect failed');
    expect(write.mock.calls).toEqual([[expect.stringMatching(/^\{.*"message":"detect failed".*\}\n$/)]]);
  });

  it('a line that is logged while the logger is created is kept', () => {
    vi.stubEnv('POWERTOOLS_LOGGER_SAMPLE_RATE', '1');
    expect(open().read()).toEqual([expect.objectContaining({ level: 'DEBUG' })]);
  });
});

describe('counters', () => {
  it('counters are written at the end of the invocation as sums, one line for each set of dimensions', () => {
    const { telemetry, read } = open();
    telemetry.begin(lambdaContext());
    telemetry.count('failures', 1, { stage: 'detect', reason: 'FENCED' });
    telemetry.count('documents_written', 40);
    telemetry.count('failures', 2, { reason: 'FENCED', stage: 'detect' });
    telemetry.count('failures', 1, { stage: 'detect', reason: 'UNAVAILABLE' });
    telemetry.count('dead_letters', 5, { stage: 'detect', reason: 'FENCED' });
    telemetry.count('pending_too_old');
    expect(read()).toEqual([]);
    telemetry.flush();
    const common = { namespace: 'Offbeat', units: ['Count'] };
    expect(read().map(emf)).toEqual([
      { ...common, dimensions: { stage: 'detect', reason: 'FENCED' }, values: { failures: 3, dead_letters: 5 } },
      { ...common, dimensions: {}, values: { documents_written: 40, pending_too_old: 1 } },
      { ...common, dimensions: { stage: 'detect', reason: 'UNAVAILABLE' }, values: { failures: 1 } },
    ]);
    expect(read()[0]).toMatchObject({ service: 'detect', function_name: 'test', function_request_id: 'test' });
  });

  it('counters begin at zero after they were written', () => {
    const { telemetry, read } = open();
    telemetry.count('pending_too_old');
    telemetry.flush();
    telemetry.flush();
    telemetry.count('pending_too_old');
    telemetry.flush();
    expect(read().map((line) => emf(line).values)).toEqual([{ pending_too_old: 1 }, { pending_too_old: 1 }]);
  });

  it('counters sum up in any order', () => {
    const counts = fc.array(
      fc.record({
        metric: fc.constantFrom('failures' as const, 'dead_letters' as const),
        by: fc.nat(1_000),
        stage: fc.constantFrom('detect', 'alert'),
        reason: fc.constantFrom('FENCED', 'not JSON', 'stage'),
      }),
    );
    fc.assert(
      fc.property(counts, (all) => {
        const { telemetry, read } = open();
        const expected = new Map<string, number>();
        for (const { metric, by, stage, reason } of all) {
          telemetry.count(metric, by, { stage, reason });
          const name = `${metric} ${stage} ${reason}`;
          expected.set(name, (expected.get(name) ?? 0) + by);
        }
        telemetry.flush();
        const got = read()
          .map(emf)
          .flatMap(({ dimensions: { stage, reason }, values }) =>
            Object.entries(values).map(([metric, value]) => [`${metric} ${stage} ${reason}`, value] as const),
          );
        expect(got).toHaveLength(expected.size);
        expect(new Map(got)).toEqual(expected);
      }),
    );
  });
});

describe('gauges', () => {
  it('gauges are written at the end of the invocation in seconds, each with its last value', () => {
    const { telemetry, read } = open();
    telemetry.gauge('stage_age_seconds', 70, { stage: 'detect' });
    telemetry.gauge('stage_age_seconds', 12.5, { stage: 'detect' });
    telemetry.gauge('stage_age_seconds', 3, { stage: 'alert' });
    telemetry.gauge('pending_age_seconds', 0);
    telemetry.flush();
    telemetry.flush();
    const common = { namespace: 'Offbeat', units: ['Seconds'] };
    expect(read().map(emf)).toEqual([
      { ...common, dimensions: { stage: 'detect' }, values: { stage_age_seconds: 12.5 } },
      { ...common, dimensions: { stage: 'alert' }, values: { stage_age_seconds: 3 } },
      { ...common, dimensions: {}, values: { pending_age_seconds: 0 } },
    ]);
  });

  it('gauges share a line with the counters of the same dimensions, each in its own unit', () => {
    const { telemetry, read } = open();
    telemetry.count('pending_too_old');
    telemetry.gauge('pending_age_seconds', 90);
    telemetry.flush();
    expect(read().map(emf)).toEqual([
      {
        namespace: 'Offbeat',
        units: ['Count', 'Seconds'],
        dimensions: {},
        values: { pending_too_old: 1, pending_age_seconds: 90 },
      },
    ]);
  });
});

describe('an invocation that fails', () => {
  it('a failed invocation writes one error line and its counters, with the id of its request', async () => {
    const { telemetry, read } = open();
    const handler = kafkaHandler('detect', telemetry, async () => {
      telemetry.count('records_duplicate', 2, { stage: 'detect' });
      throw new FencedError('another writer advanced the partition');
    });
    const record = { topic: 't', partition: 0, offset: 0, timestampMs: 0, key: null, value: null, headers: {} };
    await expect(handler(encodeKafkaEvent([record]), lambdaContext())).rejects.toThrow(FencedError);
    const [log, ...metrics] = read();
    expect(log).toMatchObject({
      level: 'ERROR',
      message: 'detect failed',
      function_request_id: 'test',
      details: { stage: 'detect', reason: 'FENCED', message: 'another writer advanced the partition' },
    });
    expect(metrics.map((line) => emf(line).values)).toEqual([{ records_duplicate: 2 }, { failures: 1 }]);
  });
});
