import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templates } from '../../../functions/set-up-warehouse/templates.ts';
import { metricRows } from '../../../functions/shared/domain/catalogue/catalogue.ts';
import { metricSummarySchema } from '../../../functions/shared/domain/summary.ts';
import { type Family, families, type WarehouseDocument } from '../../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../../functions/shared/warehouse/anomaly-document.ts';
import { fieldFor, fieldsOf } from '../../../functions/shared/warehouse/fields.ts';
import { figureNames, figureUnit } from '../../../functions/shared/warehouse/metric-fields.ts';
import { periodOf } from '../../../functions/shared/warehouse/retention.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { silenceDocument } from '../../../functions/shared/warehouse/silence-document.ts';
import { hourDocument, summaryDocument } from '../../../functions/shared/warehouse/summary-document.ts';
import { alerts, anomalies, samples, silences, summaries } from '../../support/arbitraries.ts';

interface Property {
  readonly type?: string;
  readonly enabled?: boolean;
  readonly dynamic?: string;
  readonly properties?: Readonly<Record<string, Property>>;
}

/** Returns the names in a value that strict mappings refuse: each dot is a step into an object. */
function refused(properties: Readonly<Record<string, Property>>, value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, below]) => {
    let property: Property | undefined = { properties };
    for (const step of name.split('.')) {
      if (property?.dynamic === 'true' || property?.enabled === false) return [];
      property =
        property?.properties !== undefined && Object.hasOwn(property.properties, step)
          ? property.properties[step]
          : undefined;
    }
    if (property === undefined) return [path + name];
    if (property.enabled === false || property.properties === undefined) return [];
    return [below].flat().flatMap((each) => refused(property.properties!, each as object, `${path}${name}.`));
  });
}

describe('the index templates', () => {
  const propertiesOf = (family: Family) =>
    templates().get(family)!.template.mappings.properties as Readonly<Record<string, Property>>;

  it.each<[Family, fc.Arbitrary<WarehouseDocument>]>([
    ['offbeat-samples', samples.map(sampleDocument.write)],
    ['offbeat-summaries', summaries.map(summaryDocument.write)],
    ['offbeat-summaries-1h', summaries.map((hour) => hourDocument.write({ ...hour, minutes: 60 }))],
    ['offbeat-anomalies', anomalies.map(anomalyDocument.write)],
    ['offbeat-alerts', alerts.map(alertDocument.write)],
    ['offbeat-silences', silences.map(silenceDocument.write)],
  ])('the template of %s contains every field of every possible document', (family, documents) => {
    const properties = propertiesOf(family);
    fc.assert(
      fc.property(documents, (document) => {
        expect(refused(properties, document)).toEqual([]);
      }),
    );
    expect(refused(properties, { 'acme.unheard.of': 1 })).toEqual(['acme.unheard.of']);
  });

  it('the templates contain every metric of the catalogue, and every figure of it', () => {
    for (const { metric } of metricRows) {
      // Fields that begin with `offbeat.` are no metrics.
      const name = metric.startsWith('offbeat.') ? `other.${metric}` : metric;
      expect(fieldFor('offbeat-samples', name)).toMatchObject(
        name === metric ? { name, type: 'double' } : { name: 'other', below: 'double' },
      );
      for (const figure of figureNames) expect(fieldFor('offbeat-summaries', `${name}.${figure}`)).toBeDefined();
    }
  });

  it('the templates contain the figures of a summary and no other', () => {
    expect(figureNames).toEqual(Object.keys(metricSummarySchema.shape));
    expect(figureUnit({ kind: 'counter', unit: 'By' }, 'avg')).toBe('By/s');
    expect(figureUnit({ kind: 'gauge', unit: 'By' }, 'avg')).toBe('By');
    expect(figureUnit({ kind: 'counter', unit: 'By' }, 'count')).toBe('1');
  });

  it('the templates name no field twice, and no field that is the beginning of another', () => {
    for (const family of families) {
      const names = fieldsOf[family].map(({ name }) => name);
      const all = new Set(names);
      expect(all.size).toBe(names.length);
      const beginnings = names.filter((name) =>
        name.split('.').some((_, steps, list) => steps > 0 && all.has(list.slice(0, steps).join('.'))),
      );
      expect(beginnings).toEqual([]);
    }
  });

  it('the templates are strict, and allow 1,000 metrics that the catalogue does not contain', () => {
    for (const [family, { template }] of templates()) {
      expect(template.mappings.dynamic).toBe('strict');
      const limit = Number(template.settings['index.mapping.total_fields.limit']);
      const ours = fieldsOf[family].length;
      if (['offbeat-samples', 'offbeat-inventory'].includes(family)) expect(limit).toBeGreaterThan(ours + 1_000);
      if (family.startsWith('offbeat-summaries')) expect(limit).toBeGreaterThan(ours + 1_000 * figureNames.length);
    }
  });

  it('the limit of metrics is that of an index, the same for a week and a month, and the documentation says so', () => {
    const limitOf = (family: Family) =>
      Number(templates().get(family)!.template.settings['index.mapping.total_fields.limit']);
    expect(periodOf['offbeat-summaries']).not.toBe(periodOf['offbeat-summaries-1h']);
    // A field of the hours is their own.
    expect(Math.abs(limitOf('offbeat-summaries') - limitOf('offbeat-summaries-1h'))).toBeLessThan(5);
    const other = fieldsOf['offbeat-samples'].find(({ name }) => name === 'other')!;
    expect(other.meaning).toMatch(/; at most 1,000 in an index$/);
  });

  it('the template of the hours has a higher priority than that of the minutes, whose pattern matches both', () => {
    const [minutes, hours] = ['offbeat-summaries', 'offbeat-summaries-1h'].map(
      (family) => templates().get(family as Family)!,
    );
    expect(hours!.priority).toBeGreaterThan(minutes!.priority);
    expect(new Set([...templates().values()].map(({ priority }) => priority)).size).toBeGreaterThan(1);
  });

  it('the templates are the same every time, and differ for another layout', () => {
    const metaOf = (...layout: Parameters<typeof templates>) =>
      [...templates(...layout).values()].map(({ _meta }) => _meta.offbeat);
    expect(metaOf()).toEqual(metaOf());
    expect(metaOf({ shards: 3, replicas: '0-2' })).not.toEqual(metaOf());
  });
});
