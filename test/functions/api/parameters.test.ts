import { describe, expect, it } from 'vitest';
import { parameterSchemas, readInput } from '../../../functions/api/parameters.ts';
import { problemOf } from './problem-of.ts';

describe('the parameters of a route', () => {
  it('parameters that are left out have defaults', () => {
    expect(readInput(parameterSchemas.alerts, {})).toEqual({ limit: 50 });
    expect(readInput(parameterSchemas.series, {})).toEqual({ limit: 1_000 });
  });

  it('times are ISO dates or ms, and series and entities are texts', () => {
    const series = 'prod/host/node-a system.diskio.write.bytes{device=sda}';
    expect(
      readInput(parameterSchemas.samples, {
        series,
        from: '2026-11-23T15:00:00Z',
        to: '1795446060000',
        limit: '10000',
      }),
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
      'from: expected a time such as 2026-11-23T15:00:00Z, or ms since the epoch, got "yesterday"',
    ],
    [
      parameterSchemas.alerts,
      { from: '-1' },
      'from: expected a time such as 2026-11-23T15:00:00Z, or ms since the epoch, got "-1"',
    ],
    [
      parameterSchemas.alerts,
      { from: '9e99' },
      'from: expected a time such as 2026-11-23T15:00:00Z, or ms since the epoch, got "9e99"',
    ],
    [
      parameterSchemas.series,
      { entity: 'prod/toaster/x' },
      'entity: expected cluster/kind/name, such as prod/host/node-a, got "prod/toaster/x"',
    ],
    [parameterSchemas.samples, { series: 'x' }, 'series: expected cluster/kind/name metric{dimension=value}, got "x"'],
  ])('a wrong parameter is refused with field, value and remedy (%#)', (schema, input, error) => {
    expect(problemOf(() => readInput(schema, input))).toEqual({ status: 400, error });
  });

  it('a refusal names the values that a field accepts', () => {
    const { error } = problemOf(() => readInput(parameterSchemas.alerts, { status: 'closed' }));
    expect(error).toBe('status: expected open, acknowledged or resolved, got "closed"');
  });

  it('a refusal names a field that is missing', () => {
    const missing = 'series: missing; expected cluster/kind/name metric{dimension=value}';
    expect(problemOf(() => readInput(parameterSchemas.samples, {})).error).toBe(missing);
  });

  it('a refusal names every fault at once', () => {
    const { error } = problemOf(() => readInput(parameterSchemas.alerts, { limit: 'x', from: 'y' }));
    expect(error.split('; ').map((fault) => fault.split(':')[0])).toEqual(['from', 'limit']);
  });
});
