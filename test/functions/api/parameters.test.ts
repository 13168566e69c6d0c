import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { parameterSchemas, readParameters } from '../../../functions/api/parameters.ts';
import { problemOf } from './problem-of.ts';

const nowMs = 1_795_446_000_000;

describe('the parameters of a route', () => {
  it('parameters that are left out have defaults', () => {
    expect(readParameters(parameterSchemas.alerts, {}, nowMs)).toEqual({ limit: 50 });
    expect(readParameters(parameterSchemas.series, {}, nowMs)).toEqual({ limit: 1_000, names: 10_000 });
  });

  it('times are ISO dates or ms, and series and entities are texts', () => {
    const series = 'prod/host/node-a system.diskio.write.bytes{device=sda}';
    expect(
      readParameters(
        parameterSchemas.samples,
        {
          series,
          from: '2026-11-23T15:00:00Z',
          to: '1795446060000',
          limit: '10000',
        },
        nowMs,
      ),
    ).toEqual({
      series: {
        entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
        metric: 'system.diskio.write.bytes',
        dimensions: { device: 'sda' },
      },
      from: Date.parse('2026-11-23T15:00:00Z'),
      to: 1_795_446_060_000,
      limit: 10_000,
    });
  });

  it.each([
    [parameterSchemas.alerts, { limit: '0' }, 'limit: expected a whole number from 1 to 1000, got "0"'],
    [parameterSchemas.alerts, { limit: '1001' }, 'limit: expected a whole number from 1 to 1000, got "1001"'],
    [parameterSchemas.alerts, { limit: '1e3' }, 'limit: expected a whole number from 1 to 1000, got "1e3"'],
    [parameterSchemas.alerts, { limit: '' }, 'limit: expected a whole number from 1 to 1000, got ""'],
    [parameterSchemas.alerts, { state: 'open' }, 'state: unknown field; did you mean status?'],
    [
      parameterSchemas.alerts,
      { from: 'yesterday' },
      'from: expected a time such as 2026-11-23T15:00:00Z, ms since the epoch, now or -1h, got "yesterday"',
    ],
    [
      parameterSchemas.alerts,
      { from: '-1' },
      'from: expected a time such as 2026-11-23T15:00:00Z, ms since the epoch, now or -1h, got "-1"',
    ],
    [
      parameterSchemas.alerts,
      { from: '9e99' },
      'from: expected a time such as 2026-11-23T15:00:00Z, ms since the epoch, now or -1h, got "9e99"',
    ],
    [
      parameterSchemas.series,
      { entity: 'prod/toaster/x' },
      'entity: expected cluster/kind/name, such as prod/host/node-a, got "prod/toaster/x"',
    ],
    [parameterSchemas.samples, { series: 'x' }, 'series: expected cluster/kind/name metric{dimension=value}, got "x"'],
  ])('a wrong parameter is refused with field, value and remedy (%#)', (schema, input, error) => {
    expect(problemOf(() => readParameters(schema as z.ZodObject, input, nowMs))).toEqual({ status: 400, error });
  });

  it.each([
    ['now', nowMs],
    ['-1h', nowMs - 3_600_000],
    ['now-15m', nowMs - 900_000],
  ])('the relative time %s counts from the clock', (from, expected) => {
    expect(readParameters(parameterSchemas.alerts, { from }, nowMs)).toEqual({ from: expected, limit: 50 });
  });

  it('a refusal names the values that a field accepts', () => {
    const { error } = problemOf(() => readParameters(parameterSchemas.alerts, { status: 'closed' }, nowMs));
    expect(error).toBe('status: expected open, acknowledged or resolved, got "closed"');
  });

  it('a refusal names a field that is missing', () => {
    const missing = 'series: missing; expected cluster/kind/name metric{dimension=value}';
    expect(problemOf(() => readParameters(parameterSchemas.samples, {}, nowMs)).error).toBe(missing);
  });

  it('a refusal names every fault at once', () => {
    const { error } = problemOf(() => readParameters(parameterSchemas.alerts, { limit: 'x', from: 'y' }, nowMs));
    expect(error.split('; ').map((fault) => fault.split(':')[0])).toEqual(['from', 'limit']);
  });
});
