import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { parseLabels, readLabels } from '../../../local/backtest/labels.ts';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const incident = { id: 'i1', start: '2026-11-23T15:12:39Z', end: '2026-11-23T15:14:11Z' };

/** Returns the message of the error that labels cause. */
function refusalOf(labels: unknown): string {
  try {
    parseLabels(typeof labels === 'string' ? labels : JSON.stringify(labels), 'l.json');
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('the labels were accepted');
}

describe('labels', () => {
  it('are read with their defaults, and notes in them are left out', () => {
    const text = JSON.stringify({ note: 'a game day', incidents: [{ ...incident, cause: 'a batch job' }] });
    expect(parseLabels(text, 'l.json')).toEqual({
      period_s: 10,
      incidents: [{ id: 'i1', start: Date.parse(incident.start), end: Date.parse(incident.end), entities: [] }],
      benign: [],
      ignored: [],
    });
  });

  it('name entities by kind and name, and the name may contain slashes', () => {
    const entities = ['chunkserver/10.0.0.3:9422', 'service/shop/checkout'];
    const { incidents } = parseLabels(JSON.stringify({ incidents: [{ ...incident, entities }] }), 'l.json');
    expect(incidents[0]?.entities).toEqual([
      { kind: 'chunkserver', name: '10.0.0.3:9422' },
      { kind: 'service', name: 'shop/checkout' },
    ]);
  });

  it('may begin with a byte order mark', () => {
    expect(parseLabels('\uFEFF{"incidents":[]}', 'l.json').incidents).toEqual([]);
  });

  it.each([
    ['no incidents', {}, 'l.json: incidents: missing; expected a list'],
    ['a list', [], 'l.json: labels: expected an object, got []'],
    ['a wrong time', { incidents: [{ ...incident, start: 'noon' }] }, 'incidents.0.start: expected a time of RFC 3339'],
    [
      'a time that is missing',
      { incidents: [{ id: 'i', start: incident.start }] },
      'incidents.0.end: missing; expected a time',
    ],
    [
      'an end before the start',
      { incidents: [{ ...incident, end: '2026-11-22T00:00:00Z' }] },
      'incidents.0.end: expected a time that is not before start',
    ],
    [
      'an entity without a kind',
      { incidents: [{ ...incident, entities: ['db-1'] }] },
      'incidents.0.entities.0: expected kind/name with a kind of host, chunkserver',
    ],
    ['an unknown kind', { ignored: ['hots/db-1'], incidents: [] }, 'ignored.0: expected kind/name with a kind of host'],
    ['an id twice', { incidents: [incident, incident] }, 'incidents: expected a different id for each incident'],
    ['a period of zero', { period_s: 0, incidents: [] }, 'period_s: expected more than 0, got 0'],
  ])('with %s are refused, naming field, value and remedy', (_name, labels, message) => {
    expect(refusalOf(labels)).toContain(message);
    expect(refusalOf(labels)).toContain('docs/cli.md describes labels');
  });

  it('that are not JSON are refused with the reason', () => {
    expect(refusalOf('{"incidents": [')).toMatch(/^l\.json: not JSON: .*; expected one object with incidents$/);
  });

  it('in a file that is not there are refused with the option that names it', () => {
    expect(() => readLabels(join(folder, 'none.json'))).toThrow(/cannot read .*name a file of labels with --labels/);
  });

  it('of a device that never ends are refused', () => {
    expect(() => readLabels('/dev/zero')).toThrow(
      '/dev/zero is larger than 16 MiB; name a file of labels with --labels',
    );
  });

  it('in a file are read', () => {
    const path = join(folder, 'labels.json');
    writeFileSync(path, JSON.stringify({ incidents: [incident] }));
    expect(readLabels(path).incidents).toHaveLength(1);
  });

  it('of any JSON are read or refused in one line', () => {
    const labels = fc.oneof(
      fc.jsonValue(),
      fc.record({ incidents: fc.array(fc.jsonValue()), ignored: fc.jsonValue() }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(labels, (value) => {
        try {
          parseLabels(JSON.stringify(value), 'l.json');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
    );
  });
});
