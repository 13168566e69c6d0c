import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lambdaAnswerBytesMax } from '../../../functions/api/answer-limit.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { printableJson } from '../../../functions/shared/domain/printable.ts';
import type { KnownAlerts } from '../../../functions/shared/ports/known-alerts.ts';
import { alertOf } from '../../support/alerts.ts';
import { apiOnStore } from './api-on-store.ts';

const api = apiOnStore();

/** Lambda's limit for the answer of a function that waits for it, in bytes. */
const payloadBytesMax = 6_291_556;

const known = (alerts: readonly Alert[]): KnownAlerts => ({
  read: async () => ({ alerts, silences: [], clusters: new Set(), stopped: [] }),
});
/** Returns alerts with as many anomalies as an alert may have, whose texts contain characters that JSON escapes. */
const largeAlerts = (count: number): Alert[] =>
  Array.from({ length: count }, (_, nth) =>
    alertOf({ id: `alert-${nth}`, anomalies: Array.from({ length: 500 }, (_, one) => `"${nth}" ${one}`.padEnd(26)) }),
  );

describe('an answer that is larger than a function may return', () => {
  it('is 400 and names the limit, and a lower limit is answered', async () => {
    const ports = { warehouse: known(largeAlerts(1_000)), answerBytesMax: lambdaAnswerBytesMax };
    const { status, headers, body } = await api.ask('/api/alerts?limit=1000', { ports });
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(body.detail).toMatch(
      /^limit: expected a lower one: the answer has \d+ bytes, and an answer may have 6275172$/,
    );
    const fewer = await api.ask('/api/alerts?limit=100', { ports });
    expect([fewer.status, fewer.body.alerts.length]).toEqual([200, 100]);
  });

  it('is refused for HEAD too, without a body', async () => {
    const ports = { warehouse: known(largeAlerts(5)), answerBytesMax: 1_000 };
    const { status, body } = await api.ask('/api/alerts', { method: 'HEAD', ports });
    expect([status, body]).toEqual([400, undefined]);
  });

  it('is answered where no limit is given, as in one process', async () => {
    const { status, body } = await api.ask('/api/alerts?limit=1000', {
      ports: { warehouse: known(largeAlerts(1_000)) },
    });
    expect([status, body.alerts.length]).toEqual([200, 1_000]);
  });

  it('is refused exactly if it is too large, whatever its texts', async () => {
    expect(lambdaAnswerBytesMax).toBeLessThan(payloadBytesMax);
    const bytesOf = (body: unknown) => Buffer.byteLength(JSON.stringify(printableJson(body)));
    const answerBytesMax = bytesOf({ alerts: [alertOf({ title: '' })] }) + 100;
    const seen = new Set<number>();
    const property = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), async (title) => {
      const alert = alertOf({ title });
      const { status, body } = await api.ask('/api/alerts', { ports: { warehouse: known([alert]), answerBytesMax } });
      seen.add(status);
      expect(status).toBe(bytesOf({ alerts: [alert] }) <= answerBytesMax ? 200 : 400);
      if (status === 400) expect(body.detail).toContain('limit: expected a lower one');
    });
    await fc.assert(property, { numRuns: 200 });
    expect(seen).toEqual(new Set([200, 400]));
  });
});
