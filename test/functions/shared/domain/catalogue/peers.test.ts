import { describe, expect, it } from 'vitest';
import { metricRows } from '../../../../../functions/shared/domain/catalogue/catalogue.ts';
import { peersRows, shippedPeers } from '../../../../../functions/shared/domain/catalogue/peers.ts';

describe('the metrics that are compared with peers', () => {
  it.each(peersRows.map((row) => [row.metric, row] as const))(
    '%s is a gauge or a counter of the catalogue with floors above nothing',
    (metric, row) => {
      expect(metricRows.find((one) => one.metric === metric)?.kind).toMatch(/^(gauge|counter)$/);
      expect(row.floor).toBeGreaterThan(0);
      expect(row.relativeFloor).toBeGreaterThan(0);
      expect(shippedPeers({ metric })).toBe(row);
    },
  );
});
