import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../../../functions/shared/domain/alert.ts';
import { anomalySchema } from '../../../../functions/shared/domain/anomaly.ts';
import { sampleSchema } from '../../../../functions/shared/domain/sample.ts';
import { silenceSchema } from '../../../../functions/shared/domain/silence.ts';
import { summarySchema } from '../../../../functions/shared/domain/summary.ts';
import { alertDocument } from '../../../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../../../functions/shared/warehouse/anomaly-document.ts';
import { attemptDocument } from '../../../../functions/shared/warehouse/attempt-document.ts';
import { fieldFor } from '../../../../functions/shared/warehouse/fields.ts';
import { sampleDocument } from '../../../../functions/shared/warehouse/sample-document.ts';
import { silenceDocument } from '../../../../functions/shared/warehouse/silence-document.ts';
import { summaryDocument } from '../../../../functions/shared/warehouse/summary-document.ts';
import { alerts, anomalies, attempts, samples, silences, summaries } from '../../../support/arbitraries.ts';
import { attempt } from '../../../support/attempts.ts';

/** Returns a document as a warehouse returns it. */
const stored = <T>(document: T): T => JSON.parse(JSON.stringify(document));

describe('a document in the warehouse', () => {
  it('the document of a sample is read back as the sample', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        expect(sampleSchema.parse(sample)).toEqual(sample);
        expect(sampleDocument.read(stored(sampleDocument.write(sample)))).toEqual(sample);
      }),
    );
  });

  it('the document of a summary is read back as the summary', () => {
    fc.assert(
      fc.property(summaries, (summary) => {
        expect(summarySchema.parse(summary)).toEqual(summary);
        expect(summaryDocument.read(stored(summaryDocument.write(summary)))).toEqual(summary);
      }),
    );
  });

  it('the document of an anomaly is read back as the anomaly', () => {
    fc.assert(
      fc.property(anomalies, (anomaly) => {
        expect(anomalySchema.parse(anomaly)).toEqual(anomaly);
        expect(anomalyDocument.read(stored(anomalyDocument.write(anomaly)))).toEqual(anomaly);
      }),
    );
  });

  it('the document of an anomaly of the first version is read back as a deviation', () => {
    fc.assert(
      fc.property(anomalies, (anomaly) => {
        const { 'offbeat.anomaly.kind': _, ...first } = stored(anomalyDocument.write(anomaly));
        expect(anomalyDocument.read(first)).toEqual({ ...anomaly, kind: 'deviation' });
      }),
    );
  });

  it('the document of an alert is read back as the alert', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(alertSchema.parse(alert)).toEqual(alert);
        expect(alertDocument.read(stored(alertDocument.write(alert)))).toEqual(alert);
      }),
    );
  });

  it('the document of a silence is read back as the silence', () => {
    fc.assert(
      fc.property(silences, (silence) => {
        expect(silenceSchema.parse(silence)).toEqual(silence);
        expect(silenceDocument.read(stored(silenceDocument.write(silence)))).toEqual(silence);
      }),
    );
  });

  it('the document of an attempt is read back as the attempt, and has only fields of its index', () => {
    fc.assert(
      fc.property(attempts, (one) => {
        const document = stored(attemptDocument.write(one));
        expect(attemptDocument.read(document)).toEqual(one);
        expect(Object.keys(document).filter((name) => fieldFor('offbeat-deliveries', name) === undefined)).toEqual([]);
      }),
    );
  });

  it('the document of an attempt has the names of ECS: outcome, duration in ns, reason, status', () => {
    const failed = attempt({ outcome: 'failed', reason: 'server error', status: 500 });
    expect(attemptDocument.write(failed)).toMatchObject({
      'event.kind': 'event',
      'event.outcome': 'failure',
      'event.duration': 500_000_000,
      'event.reason': 'server error',
      'http.response.status_code': 500,
      'offbeat.delivery.outcome': 'failed',
    });
    expect(attemptDocument.write(attempt())).toMatchObject({ 'event.outcome': 'success' });
  });

  it('a document has the names of ECS, a catalogue metric under its own name and an unknown one under other', () => {
    const document = sampleDocument.write({
      entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
      timestampMs: Date.parse('2026-11-23T10:00:00Z'),
      dataset: 'system.diskio',
      dimensions: { device: 'sda' },
      measurements: { 'system.diskio.write.bytes': 5, 'acme.depth': 7, 'host.name': 1 },
      kinds: { 'acme.depth': 'gauge' },
      units: { 'acme.depth': 'm' },
      source: 'metricbeat',
    });
    expect(document).toEqual({
      '@timestamp': '2026-11-23T10:00:00.000Z',
      'event.kind': 'metric',
      'event.dataset': 'system.diskio',
      'agent.type': 'metricbeat',
      'host.name': 'node-a',
      'labels.device': 'sda',
      'offbeat.schema': 'sample/2',
      'offbeat.entity.cluster': 'prod',
      'offbeat.entity.kind': 'host',
      'offbeat.entity.name': 'node-a',
      'offbeat.entity.path': 'prod/host/node-a',
      'offbeat.kinds.acme.depth': 'gauge',
      'offbeat.units.acme.depth': 'm',
      'system.diskio.write.bytes': 5,
      'other.acme.depth': 7,
      'other.host.name': 1,
    });
  });
});
