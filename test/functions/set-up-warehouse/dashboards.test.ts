import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importForm, ndjson, type SavedObject } from '../../../functions/set-up-warehouse/dashboards.ts';
import { type Family, families } from '../../../functions/shared/ports/warehouse.ts';
import { fieldFor } from '../../../functions/shared/warehouse/fields.ts';

const file = join(import.meta.dirname, '../../../functions/set-up-warehouse/dashboards/offbeat.ndjson');
const text = readFileSync(file, 'utf8');
const objects: SavedObject[] = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

const ofType = (type: SavedObject['type']) => objects.filter((object) => object.type === type);
const parsed = (object: SavedObject, attribute: string) => JSON.parse(object.attributes[attribute] as string);
const searchSource = ({ attributes }: SavedObject) =>
  JSON.parse((attributes.kibanaSavedObjectMeta as { searchSourceJSON: string }).searchSourceJSON);

function familyOf(chart: SavedObject): Family {
  const pattern = objects.find(({ id }) => id === chart.references[0]!.id)!;
  return pattern.attributes.title as Family;
}

describe('the saved dashboards', () => {
  it('the file contains the saved objects as the code makes them; if not, run `npm run docs`', () => {
    expect(text).toBe(ndjson());
  });

  it('the saved objects are index patterns, charts and one dashboard, each with a unique id', () => {
    expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
    expect(ofType('visualization').length).toBeGreaterThanOrEqual(5);
    expect(ofType('dashboard')).toHaveLength(1);
  });

  it('each saved object refers only to objects before it', () => {
    for (const [nth, { references }] of objects.entries()) {
      for (const reference of references) {
        const target = objects.findIndex(({ id, type }) => id === reference.id && type === reference.type);
        expect(target).toBeGreaterThanOrEqual(0);
        expect(target).toBeLessThan(nth);
      }
    }
  });

  it('charts and panels refer by names that are defined', () => {
    for (const chart of ofType('visualization')) {
      expect(chart.references.map(({ name }) => name)).toEqual([searchSource(chart).indexRefName]);
    }
    const [dashboard] = ofType('dashboard');
    const panels: { panelRefName: string }[] = parsed(dashboard!, 'panelsJSON');
    expect(panels.map(({ panelRefName }) => panelRefName)).toEqual(dashboard!.references.map(({ name }) => name));
    expect(panels).toHaveLength(ofType('visualization').length);
  });

  it('index patterns are existing families, by the time of their documents', () => {
    for (const { attributes } of ofType('index-pattern')) {
      expect(families).toContain(attributes.title);
      expect(attributes.timeFieldName).toBe('@timestamp');
    }
  });

  it.each(ofType('visualization').map((chart) => [parsed(chart, 'visState').title as string, chart] as const))(
    'the chart "%s" uses only fields of the templates',
    (_title, chart) => {
      const aggregations: { params: { field?: string } }[] = parsed(chart, 'visState').aggs;
      const asked = aggregations.flatMap(({ params }) => params.field ?? []);
      const query: string = searchSource(chart).query.query;
      const filtered = [...query.matchAll(/([\w.@]+):/g)].map(([, name]) => name!);
      const unknown = [...asked, ...filtered].filter((name) => fieldFor(familyOf(chart), name) === undefined);
      expect(asked.length).toBeGreaterThan(0);
      expect(unknown).toEqual([]);
    },
  );

  it('the saved objects are sent as a form with one file', () => {
    const { body, headers } = importForm();
    const boundary = /boundary=(.+)$/.exec(headers['content-type'])![1]!;
    const [, part, end] = body.split(`--${boundary}`);
    expect(part).toContain('name="file"; filename="offbeat.ndjson"\r\n');
    expect(part!.split('\r\n\r\n')[1]!.trimEnd()).toBe(ndjson().trimEnd());
    expect(end).toBe('--\r\n');
    expect(headers['osd-xsrf']).toBe('true');
  });

  it('the saved objects are imported for everybody, into the global tenant', () => {
    expect(importForm().headers.securitytenant).toBe('global');
  });
});
