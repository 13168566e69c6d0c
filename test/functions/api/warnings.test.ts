import { describe, expect, it, vi } from 'vitest';
import { sourcesOf } from '../../../functions/api/sources.ts';
import { warningsOf as silenceWarnings } from '../../../functions/api/warnings.ts';
import { alertVersion } from '../../../functions/shared/domain/alert.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { type Sample, sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Warehouse } from '../../../functions/shared/ports/warehouse.ts';
import { alertOf, startMs } from '../../support/alerts.ts';
import { apiOnStore } from './api-on-store.ts';

const api = apiOnStore();

const sampleOf = (cluster: string, name: string): Sample => ({
  entity: { cluster, kind: 'host', name },
  timestampMs: startMs,
  dataset: 'system.diskio',
  dimensions: { device: 'sda' },
  measurements: { 'system.diskio.io.time': 1 },
  source: 'metricbeat',
});

let posted = 0;

/** Posts a silence, which is accepted with any warnings. */
async function warningsOf(cluster: string, matchers: object, warehouse?: Partial<Warehouse>): Promise<string[]> {
  posted += 1;
  const command = { id: `silence-${posted}`, action: 'silence', by: 'ada', cluster, matchers };
  const body = JSON.stringify({ ...command, endsAtMs: startMs + 60_000 });
  const ports = warehouse === undefined ? {} : { warehouse: warehouse as Warehouse };
  const { status, body: answer } = await api.ask('/api/commands', { body, ports });
  expect([status, answer.accepted]).toEqual([202, command.id]);
  return answer.warnings;
}

describe('the warnings of a silence', () => {
  const shipped = () =>
    api.persist(topics.samples, sampleVersion, sampleOf('prod', 'node-a'), sampleOf('prod', 'node-b'));

  it.each([
    [{ entity: 'prod/host/*' }],
    [{ device: 'sd*', metric: 'anything.*' }],
    [{ severity: 'crit*', kind: 'host', name: 'node-b', cluster: 'prod' }],
  ])('a silence whose matchers %o can match known names has no warnings', async (matchers) => {
    await shipped();
    expect(await warningsOf('prod', matchers)).toEqual([]);
  });

  it.each([
    ['prodd', { name: '*' }, 'no cluster "prodd" is known; did you mean prod?'],
    ['elsewhere', { name: '*' }, 'no cluster "elsewhere" is known; known are local, prod'],
    ['prod', { entiti: 'prod/host/*' }, 'no label "entiti" is known; did you mean entity?'],
    [
      'prod',
      { team: 'storage' },
      'no label "team" is known; known are cluster, dataset, device, entity, kind and 3 more',
    ],
    [
      'prod',
      { entity: 'nope/chunkserver/*' },
      'entity=nope/chunkserver/* matches nothing that was seen lately; known are prod/host/node-a, prod/host/node-b',
    ],
    [
      'prod',
      { severity: 'warn' },
      'severity=warn matches nothing that was seen lately; known are critical, info, warning',
    ],
    ['prod', { kind: 'hosts' }, 'kind=hosts matches nothing that was seen lately; did you mean host?'],
  ])('a warning names the part that matches nothing known: %s %o', async (cluster, matchers, warning) => {
    await shipped();
    expect(await warningsOf(cluster, matchers)).toEqual([warning]);
  });

  describe('of a pattern that begins with "~", as a regular expression of Alertmanager does', () => {
    const warning =
      'metric=~system.diskio.* is not a regular expression: a matcher takes exact text or a glob, in which "*" matches ' +
      'any text and "~" has no special meaning; post the silence without "~", under a new id';

    it('a warning explains that a pattern is a glob', async () => {
      await shipped();
      expect(await warningsOf('prod', { metric: '~system.diskio.*', name: 'node-a' })).toEqual([warning]);
      expect(await warningsOf('prod', { device: 'sd~a' })).toEqual([]);
    });

    it('the warning about a pattern does not need the warehouse', async () => {
      const search = () => Promise.reject(new UnavailableError('no route to host'));
      const [first] = await warningsOf('prod', { metric: '~system.diskio.*' }, { search });
      expect(first).toBe(warning);
    });
  });

  it('a cluster of the settings, or one that had an alert, gets no warning', async () => {
    await api.persist(topics.alerts, alertVersion, alertOf({ entity: { cluster: 'old', kind: 'host', name: 'x' } }));
    expect(await warningsOf('local', { name: 'x' })).toEqual([]);
    expect(await warningsOf('old', { name: 'x' })).toEqual([]);
  });

  it('a warning reports that the warehouse does not answer, and the silence is accepted', async () => {
    const search = () => Promise.reject(new UnavailableError('no route to host'));
    expect(await warningsOf('prod', { name: 'x' }, { search })).toEqual([
      expect.stringContaining('could not be checked, because the warehouse does not answer'),
    ]);
  });

  it('a silence waits at most three seconds for the warehouse', async () => {
    vi.useFakeTimers();
    try {
      const search = () => new Promise<never>(() => {});
      const command = { id: 'silence-1', action: 'silence', by: 'ada', cluster: 'prod', atMs: 0, endsAtMs: 1 } as const;
      const ports = { ...sourcesOf({ search } as unknown as Warehouse), settings: defaultSettings };
      const warnings = silenceWarnings({ ...command, matchers: { name: 'x' } }, ports);
      await vi.advanceTimersByTimeAsync(3_000);
      expect(await warnings).toEqual([expect.stringContaining('could not be checked')]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('warnings about long texts take little time', async () => {
    await shipped();
    const [warning] = await warningsOf('prod', { entity: 'x'.repeat(1_000) });
    expect(warning!.length).toBeLessThan(400);
  });
});
