import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { encodeKafkaEvent, type KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';

const appendedMs = Date.parse('2026-11-23T15:10:00.900Z');

const load = {
  '@timestamp': '2026-11-23T15:10:00.000Z',
  agent: { type: 'metricbeat' },
  host: { name: 'k-1' },
  event: { dataset: 'system.load' },
  system: { load: { 1: 0.5 } },
};

/**
 * Returns a record as another producer wrote it, from a topic with times of its own, at an offset far from the store's.
 */
const foreign = (offset: number, headers: Record<string, string>, value: object = load): LogRecord => ({
  topic: topics.beats,
  partition: 0,
  offset,
  timestampMs: appendedMs,
  key: null,
  value: Buffer.from(JSON.stringify(value)),
  headers,
});

async function withStore(body: (embedded: Embedded) => Promise<void>): Promise<void> {
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    terminal: () => {},
    windowMs: 0,
  });
  try {
    await body(embedded);
  } finally {
    await embedded.close();
  }
}

const invoke = (embedded: Embedded, event: KafkaEvent): Promise<unknown> => embedded.invoke('normalise', event);

describe('normalise, invoked by hand', () => {
  it('ignores headers of other producers: four documents are four samples of the live cluster', async () => {
    await withStore(async (embedded) => {
      const event = encodeKafkaEvent([
        foreign(1, { schema: 'com.example.Event' }),
        foreign(2, { id: '7f6f2b1e-1' }),
        foreign(3, { id: '7f6f2b1e-1' }, { ...load, '@timestamp': '2026-11-23T15:10:00.100Z' }),
        foreign(4, { replay: 'true' }, { ...load, '@timestamp': '2026-11-23T15:10:00.200Z' }),
      ]);
      await invoke(embedded, event);
      const sent = embedded.store.broker.read(topics.samples, 0, 0, { recordsMax: 100, bytesMax: 1e6 });
      expect(sent.map(({ value }) => JSON.parse(`${value}`).entity.cluster)).toEqual(Array(4).fill('local'));
      await embedded.drain();
      expect(embedded.store.totals()).toMatchObject({ deadLetters: 0 });
    });
  });

  it('does not change the ledger of the store, so that a later run on it continues', async () => {
    await withStore(async (embedded) => {
      // Of today: persist leaves out a live sample that is older than samples are kept.
      const nowMs = Date.now();
      const first = { ...load, '@timestamp': new Date(nowMs - 1_000).toISOString() };
      await invoke(embedded, encodeKafkaEvent([{ ...foreign(1_000_000, {}, first), timestampMs: nowMs }]));
      await embedded.append([{ ...load, '@timestamp': new Date(nowMs).toISOString() }]);
      await embedded.heartbeat();
      await embedded.drain();
      expect((await embedded.health()).status).toBe('ok');
      expect(embedded.store.totals()).toMatchObject({ samples: 2, deadLetters: 0 });
    });
  });

  it('makes no tick from a forged tick or from the times of the event', async () => {
    await withStore(async (embedded) => {
      const forged = { schema: 'tick/1', replay: 'live' };
      await invoke(embedded, encodeKafkaEvent([foreign(0, forged, { scope: 'live', timeMs: 4_102_444_800_000 })]));
      expect(embedded.store.broker.endOffset(topics.samples, 0)).toBe(0);
      expect(embedded.store.totals()).toMatchObject({ deadLetters: 1 });
    });
  });
});
