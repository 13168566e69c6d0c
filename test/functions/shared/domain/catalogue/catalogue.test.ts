import { describe, expect, it } from 'vitest';
import {
  applyOverrides,
  caseOf,
  catalogueFacts,
  catalogueRows,
  factsFor,
  seriesFacts,
} from '../../../../../functions/shared/domain/catalogue/catalogue.ts';
import type { Series } from '../../../../../functions/shared/domain/series.ts';
import { dimensionsText, seriesText } from '../../../../../functions/shared/domain/series-text.ts';
import { type CatalogueOverride, settingsSchema } from '../../../../../functions/shared/domain/settings.ts';

const series: Series = {
  entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
  metric: 'system.diskio.write.bytes',
  dimensions: { device: 'sda' },
};
const facts = factsFor(series.metric);

/** Returns the facts about a metric with overrides that are read like those of the settings. */
const overriding = (...catalogue: readonly CatalogueOverride[]) =>
  applyOverrides(facts, settingsSchema.parse({ catalogue }).catalogue, series);

describe('the catalogue', () => {
  it('names each metric once, and each condition on its series once', () => {
    const names = catalogueRows.map(({ metric, where = {} }) => seriesText({ ...series, metric, dimensions: where }));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has for each metric with conditions a row without one, of the same kind and unit', () => {
    for (const { metric, kind, unit, where } of catalogueRows) {
      if (where !== undefined) expect([metric, catalogueFacts(metric)]).toMatchObject([metric, { kind, unit }]);
    }
  });

  // `criticalAt` is above 1: an anomaly deviates by at least one floor, so 1 would make every anomaly critical.
  it.each(catalogueRows.map((row) => [`${row.metric}${dimensionsText(row.where ?? {})}`, row] as const))(
    'has valid facts for %s',
    (_, row) => {
      const { metric, where = {} } = row;
      expect(metric).toMatch(/^[a-z][\w.-]+$/);
      expect(row.unit).toMatch(/^(1|%|By|s|ms|us|ns|\{[a-z]+\})(\/s)?$/);
      expect(row.meaning).toMatch(/^[a-z0-9].*[^.]$/);
      const known = seriesFacts({ metric, dimensions: where });
      expect(known).toMatchObject({
        kind: row.kind,
        unit: row.unit,
        meaning: row.meaning,
        judged: row.rule !== undefined,
      });
      if (row.rule === undefined) return;
      expect(known).toMatchObject(row.rule);
      expect(row.rule.floor).toBeGreaterThan(0);
      expect(row.rule.relativeFloor).toBeGreaterThanOrEqual(0);
      expect(row.rule.relativeFloor).toBeLessThanOrEqual(1);
      expect(row.rule.criticalAt ?? 2).toBeGreaterThan(1);
    },
  );

  // A counter becomes a rate per second, and a rate of a rate or of a share has no meaning.
  it('has no counter that is already a rate or a share', () => {
    const counters = catalogueRows.filter(({ kind }) => kind === 'counter');
    expect(counters.filter(({ metric, unit }) => /%|\/s$/.test(unit) || metric.endsWith('.pct'))).toEqual([]);
  });

  it('has judged metrics for every kind of node', () => {
    const paging = (beginning: string) =>
      catalogueRows.filter(({ metric, rule }) => metric.startsWith(beginning) && rule !== undefined);
    for (const module of ['system.', 'kafka.', 'moosefs.', 'elasticsearch.', 'collectd.']) {
      expect([module, paging(module).length > 0]).toEqual([module, true]);
    }
  });
});

describe('the facts of a metric', () => {
  it('that the catalogue does not describe are judged both ways, with a floor of half the expected value', () => {
    expect(catalogueFacts('acme.queue.depth')).toBeUndefined();
    expect(factsFor('acme.queue.depth')).toEqual({
      kind: 'gauge',
      unit: '1',
      direction: 'both',
      floor: 0,
      relativeFloor: 0.5,
      meaning: 'a metric that the catalogue does not describe',
      judged: true,
    });
  });

  it.each(['constructor', '__proto__', 'toString', ''])(
    'named %j are those of any metric without an entry',
    (metric) => {
      expect(catalogueFacts(metric)).toBeUndefined();
      expect(factsFor(metric)).toEqual(factsFor('acme.queue.depth'));
    },
  );

  it('have the kind and unit that its samples carry', () => {
    expect(factsFor('acme.bytes', 'counter', 'By')).toMatchObject({ kind: 'counter', unit: 'By', relativeFloor: 0.5 });
    expect(factsFor('acme.bytes', 'delta')).toMatchObject({ kind: 'delta', unit: '1' });
    expect(factsFor(series.metric, 'gauge', 'By/s')).toEqual({ ...facts, kind: 'gauge', unit: 'By/s' });
    expect(factsFor(series.metric, undefined, 'MBy')).toEqual({ ...facts, unit: 'MBy' });
    expect(factsFor(series.metric)).toBe(catalogueFacts(series.metric));
  });
});

describe('the facts of a series', () => {
  const seriesWith = (metric: string, dimensions: Readonly<Record<string, string>>) =>
    seriesFacts({ metric, dimensions: { device: 'x', ...dimensions } });
  const ruleOf = (facts: ReturnType<typeof seriesFacts>) => {
    const { kind, direction, floor, relativeFloor, judged, criticalAt } = facts!;
    return { kind, direction, floor, relativeFloor, judged, criticalAt };
  };

  it.each([
    ['system.disk.io', { direction: 'write' }, 'system.diskio.write.bytes'],
    ['system.disk.io', { 'disk.io.direction': 'read' }, 'system.diskio.read.bytes'],
    ['system.disk.operations', { direction: 'read' }, 'system.diskio.read.count'],
    ['system.network.io', { direction: 'receive' }, 'system.network.in.bytes'],
    ['system.network.io', { 'network.io.direction': 'transmit' }, 'system.network.out.bytes'],
    ['system.network.packets', { direction: 'transmit' }, 'system.network.out.packets'],
    ['system.network.errors', { direction: 'receive' }, 'system.network.in.errors'],
    ['system.network.dropped', { direction: 'transmit' }, 'system.network.out.dropped'],
    ['system.filesystem.utilization', {}, 'system.filesystem.used.pct'],
    ['system.memory.utilization', { state: 'used' }, 'system.memory.actual.used.pct'],
    ['system.paging.utilization', { state: 'used' }, 'system.memory.swap.used.pct'],
    ['system.cpu.utilization', { state: 'wait' }, 'system.cpu.iowait.norm.pct'],
    ['system.cpu.utilization', { 'cpu.mode': 'steal' }, 'system.cpu.steal.norm.pct'],
  ])('of OpenTelemetry, %s with %j, are judged like those of Metricbeat, %s', (metric, dimensions, like) => {
    expect(ruleOf(seriesWith(metric, dimensions as Record<string, string>))).toEqual(ruleOf(catalogueFacts(like)));
  });

  it('are those of the metric where no condition is met', () => {
    expect(seriesWith('system.disk.io', {})).toBe(catalogueFacts('system.disk.io'));
    expect(seriesWith('system.disk.io', { direction: 'both' })?.judged).toBe(false);
    expect(seriesWith('system.memory.usage', { state: 'free' })?.judged).toBe(false);
    expect(caseOf('system.diskio.write.bytes', { direction: 'write' })).toBe(-1);
    expect(caseOf('constructor', {})).toBe(-1);
  });
});

describe('overrides', () => {
  it('change nothing where none matches, and only the fields that they name', () => {
    expect(overriding()).toEqual({ ...facts, sensitivity: 1 });
    expect(overriding({ match: { metric: 'kafka.*' }, floor: 1, ignore: true })).toEqual({ ...facts, sensitivity: 1 });
    expect(overriding({ match: {}, floor: 7 })).toEqual({ ...facts, floor: 7, sensitivity: 1 });
  });

  it('decide each field by the last one that matches and names the field', () => {
    expect(
      overriding(
        { match: { metric: 'system.*' }, floor: 1, relativeFloor: 0.1, direction: 'both', sensitivity: 2 },
        { match: { metric: 'system.diskio.*' }, floor: 2, direction: 'down' },
        { match: { metric: 'kafka.*' }, floor: 3 },
        { match: { entity: 'prod/host/*' }, sensitivity: 0.5 },
      ),
    ).toEqual({ ...facts, floor: 2, relativeFloor: 0.1, direction: 'down', sensitivity: 0.5 });
  });

  it('may set a floor of 0', () => {
    expect(overriding({ match: {}, floor: 0, relativeFloor: 0 })).toMatchObject({ floor: 0, relativeFloor: 0 });
  });

  it('may ignore a judged metric and judge a shown one, and the last one that matches decides', () => {
    expect(overriding({ match: {}, ignore: true }).judged).toBe(false);
    expect(overriding({ match: {}, ignore: true }, { match: {}, ignore: false }).judged).toBe(true);
    expect(overriding({ match: {}, ignore: true }, { match: {}, floor: 1 }).judged).toBe(false);
    const shown = factsFor('system.cpu.cores');
    expect(shown.judged).toBe(false);
    expect(applyOverrides(shown, [{ match: {}, ignore: false }], series).judged).toBe(true);
    expect(applyOverrides(shown, [{ match: {}, floor: 1 }], series).judged).toBe(false);
  });

  it.each([
    [{ metric: 'system.diskio.write.bytes' }],
    [{ metric: 'system.*.bytes', entity: 'prod/*', dimensions: { device: 'sd*' } }],
    [{ entity: '*/host/node-a' }],
    [{ dimensions: { device: '*' } }],
    [{ dimensions: { mount: '*' } }],
    [{ dimensions: { mount: '' } }],
    [{ dimensions: { constructor: '' } }],
  ])('match %j', (match) => {
    expect(overriding({ match, floor: 1 }).floor).toBe(1);
  });

  it.each([
    [{ metric: 'system.diskio' }],
    [{ metric: 'system.*', entity: 'test/*' }],
    [{ entity: 'node-a' }],
    [{ metric: 'system.*', dimensions: { device: 'nvme*' } }],
    [{ dimensions: { device: 'sda', mount: '/' } }],
    [{ dimensions: { constructor: '*Object*' } }],
  ])('do not match %j, because all patterns must match', (match) => {
    expect(overriding({ match, floor: 1 }).floor).toBe(facts.floor);
  });
});
