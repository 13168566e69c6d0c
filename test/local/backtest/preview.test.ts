import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import type { WarehouseDocument, WarehouseQuery } from '../../../functions/shared/ports/warehouse.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { type PreviewOptions, previewProposal } from '../../../local/backtest/preview.ts';
import { withLines } from '../../../settings/with-lines.ts';
import { alertOf } from '../../support/alerts.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
const metric = 'system.load.norm.1';

/** Returns the load of two hosts, every 10 s: each is off for 5 minutes, from its own sample on. */
const documentsOf = (offFrom: readonly number[]): readonly WarehouseDocument[] =>
  Array.from({ length: 400 }, (_, nth) =>
    offFrom.map((from, host): Sample => {
      const isOff = nth >= from && nth < from + 30;
      return {
        entity: { ...entity, name: host === 0 ? 'node-a' : 'node-b' },
        ...{ timestampMs: startMs + nth * 10_000, dataset: 'system.load', dimensions: {}, source: 'metricbeat' },
        measurements: { [metric]: isOff ? 50 + (nth % 3) : 1 + (nth % 5) / 10 },
      };
    }),
  )
    .flat()
    .map((sample) => sampleDocument.write(sample));

/** The documents of node-a, off from its 200th sample on, and of node-b, from its 300th on. */
const documents = documentsOf([200, 300]);

const timeOf = (document: WarehouseDocument): number => Date.parse(String(document['@timestamp']));
const searchIn =
  (all: readonly WarehouseDocument[]) =>
  async ({ fromMs = 0, toMs = Infinity, limit }: WarehouseQuery) =>
    all.filter((each) => timeOf(each) >= fromMs && timeOf(each) < toMs).slice(0, limit);
const search = searchIn(documents);

const alertAt = (nth: number, name: string): Alert =>
  alertOf({
    entity: { ...entity, name },
    startsAtMs: startMs + nth * 10_000,
    updatedAtMs: startMs + (nth + 3) * 10_000,
    anomalies: [`of ${name}`],
    scope: 'live',
  });

const hiding = (name: string): string[] => [
  'catalogue:',
  `  - match: { metric: "${metric}", entity: "prod/host/${name}" }`,
  '    floor: 60',
];

const preview = (lines: readonly string[], more: Partial<PreviewOptions> = {}) =>
  previewProposal({
    warehouse: { search },
    alert: alertAt(200, 'node-a'),
    useful: [],
    without: defaultSettings,
    withIt: withLines(defaultSettings, lines),
    nowMs: startMs + 400 * 10_000,
    ...more,
  });

describe('a preview of a proposal', () => {
  it('shows the page that would be gone, and keeps the others', async () => {
    const { pagesWithout, pagesWith, gone, added, alert, samples } = (await preview(hiding('node-a')))!;
    expect({ pagesWithout, pagesWith, alert, samples }).toEqual({
      pagesWithout: 2,
      pagesWith: 1,
      alert: 'gone',
      samples: 800,
    });
    expect(gone.map((page) => page.entity.name)).toEqual(['node-a']);
    expect(added).toEqual([]);
  });

  it('shows the pages that would be new', async () => {
    const without = withLines(defaultSettings, hiding('*'));
    const { pagesWithout, added, alert } = (await preview([], { without, withIt: defaultSettings }))!;
    expect(pagesWithout).toBe(0);
    expect(added.map((page) => page.entity.name)).toEqual(['node-a', 'node-b']);
    expect(alert).toBe('not reproduced');
  });

  it('names an alert that was marked useful and would be gone', async () => {
    const useful = [alertAt(200, 'node-a'), alertAt(300, 'node-b'), alertAt(100, 'node-c')];
    const { alert, usefulGone, usefulNotReproduced } = (await preview(hiding('node-b'), { useful }))!;
    expect(alert).toBe('kept');
    expect(usefulGone).toEqual([useful[1]]);
    expect(usefulNotReproduced).toBe(1);
  });

  it('shows the page that would name another cause, also of an alert that was marked useful', async () => {
    const needing = (from: string, to: string) => [
      'edges:',
      `  - { from: "prod/host/${from}", to: "prod/host/${to}" }`,
    ];
    const without = withLines(defaultSettings, needing('node-b', 'node-a'));
    const withIt = withLines(defaultSettings, needing('node-a', 'node-b'));
    const useful = [alertAt(200, 'node-a')];
    const warehouse = { search: searchIn(documentsOf([200, 200])) };
    const { otherCause, usefulOtherCause, gone, alert } = (await preview([], { warehouse, useful, without, withIt }))!;
    expect(otherCause.map(({ page, cause }) => [page.entity.name, cause.name])).toEqual([['node-a', 'node-b']]);
    expect(usefulOtherCause).toEqual(useful);
    expect([gone, alert]).toEqual([[], 'kept']);
  });

  it('changes nothing with the same settings', async () => {
    const { gone, added, pagesWithout, pagesWith } = (await preview([]))!;
    expect([gone, added, pagesWithout - pagesWith]).toEqual([[], [], 0]);
  });

  it('is of less time where there are too many samples, and includes the alert', async () => {
    const { samples, range, alert } = (await preview(hiding('node-a'), { samplesMax: 500 }))!;
    expect(samples).toBeLessThanOrEqual(500);
    expect(range.toMs).toBeGreaterThan(startMs + 203 * 10_000);
    expect(alert).toBe('gone');
  });

  it('ends with an error where there are too many samples around the alert', async () => {
    await expect(preview([], { samplesMax: 20 })).rejects.toThrow('more than 20 samples within an hour of the alert');
  });

  it('is none without samples', async () => {
    expect(await preview([], { warehouse: { search: async () => [] } })).toBeUndefined();
  });

  it('ends when it is interrupted', async () => {
    await expect(preview([], { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });
});
