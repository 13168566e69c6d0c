import { describe, expect, it } from 'vitest';
import { caseOf, catalogueFacts } from '../../../../../functions/shared/domain/catalogue/catalogue.ts';
import {
  type IoQuantity,
  type IoRow,
  ioComponents,
  ioGaps,
  ioName,
  ioQuantities,
  ioRows,
} from '../../../../../functions/shared/domain/catalogue/io.ts';

/** The units of each quantity, as shipped. A counter of a time is a utilisation, or a latency by the number of operations. */
const units: Readonly<Record<IoQuantity, RegExp>> = {
  bytes: /^By(\/s)?$/,
  operations: /^\{(operation|packet|message|document|request)\}(\/s)?$/,
  latency: /^(us|ms|s|ms\/s)$/,
  utilisation: /^(1|%|ms|s|ms\/s)$/,
  errors: /^(1|\{(error|packet|request)\}(\/s)?)$/,
};

const textOf = ({ source, metric, where, per }: IoRow): string =>
  JSON.stringify([source, metric, where ?? {}, per ?? null]);

describe('the I/O of components', () => {
  it.each(ioRows.map((row) => [`${ioName(row)} of ${row.source}`, row] as const))(
    'names metrics of the catalogue with the unit of the quantity: %s',
    (_, { quantity, metric, where, per }) => {
      const facts = catalogueFacts(metric);
      expect(facts?.unit).toMatch(units[quantity]);
      if (per !== undefined) {
        // Both are counters, so that the ratio of their rates is a time for each operation.
        expect([facts?.kind, catalogueFacts(per)?.kind]).toEqual(['counter', 'counter']);
        expect(catalogueFacts(per)?.unit).toMatch(units.operations);
      }
      // A counter of time alone is no time of one operation.
      else if (quantity === 'latency') expect(facts?.kind).toBe('gauge');
      // Where the catalogue judges the series of a metric by their dimensions, the series that is meant is one of them.
      const isJudgedByDimensions = ['system.disk.io', 'system.network.io', 'collectd.cpu.percent'].includes(metric);
      if (isJudgedByDimensions) expect(caseOf(metric, where ?? {})).toBeGreaterThanOrEqual(0);
    },
  );

  it('is no two quantities at once, and named once for each source', () => {
    const texts = ioRows.map(textOf);
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
  });

  it('has every quantity of every component from some source, or says why none has it', () => {
    const has = new Set(ioRows.map(({ component, quantity }) => `${component} ${quantity}`));
    const all = ioComponents.flatMap((component) => ioQuantities.map((quantity) => `${component} ${quantity}`));
    expect(all.filter((each) => !has.has(each))).toEqual(
      ioGaps.map(({ component, quantity }) => `${component} ${quantity}`),
    );
  });
});
