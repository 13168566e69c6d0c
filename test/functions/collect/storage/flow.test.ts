import { describe, expect, it } from 'vitest';
import { documentsOf } from '../../../../functions/collect/storage/documents.ts';
import { decodeMooseFsServers } from '../../../../functions/collect/storage/protocol/chunkservers.ts';
import { decodeDisks } from '../../../../functions/collect/storage/protocol/disks.ts';
import { decodeInfo } from '../../../../functions/collect/storage/protocol/info.ts';
import type { Alert } from '../../../../functions/shared/domain/alert.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { type Appended, alertsOf } from '../../../support/pure-flow.ts';
import { answerOf } from './captures.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const periodMs = 10_000;
const collectionsBefore = 90;
const collectionsGone = 30;
const collectionsAfter = 60;
const goneMs = startMs + collectionsBefore * periodMs;

const info = decodeInfo(answerOf('3.0.117/one-down-missing', 'info'));

/** Returns the documents of one collection whose servers are those of a captured moment. */
function collected(moment: string, nth: number): Appended[] {
  const servers = decodeMooseFsServers(answerOf(moment, 'cserv-list'), info.software);
  const disks = servers
    .filter(({ isConnected }) => isConnected)
    .flatMap(({ ip, port }) =>
      decodeDisks(answerOf('3.0.117/normal', `hdd-list.${ip}`)).map((disk) => ({ ip, port, disk })),
    );
  const startedAtMs = startMs + nth * periodMs;
  const context = { address: '10.77.0.10:9421', hostName: '10.77.0.10', startedAtMs, durationMs: 40, periodMs };
  // The master's clock goes on, and it saves every hour: its last save was a minute ago.
  const nowSeconds = startedAtMs / 1_000;
  const save = { ...info.save!, savedAtSeconds: nowSeconds - 60 };
  const documents = documentsOf({ info: { ...info, nowSeconds, save }, servers, disks, unread: [] }, context);
  return documents.map((document) => ({ appendedMs: startedAtMs + 100, host: context.hostName, document }));
}

/** Runs collections through the whole flow: all servers, then one moment for five minutes, then all again. */
function alertsWhile(moment: string): Alert[][] {
  const total = collectionsBefore + collectionsGone + collectionsAfter;
  const documents = Array.from({ length: total }, (_, nth) => {
    const isGone = nth >= collectionsBefore && nth < collectionsBefore + collectionsGone;
    return collected(isGone ? moment : '3.0.117/normal', nth);
  });
  const course = { beats: 1, samples: 1, signals: 1, random: () => 0.5 };
  return [...alertsOf(documents.flat(), defaultSettings, course).values()];
}

describe('collections of a storage through the whole flow', () => {
  // Chunkserver 10.77.0.13 is gone in 3.0.117/one-down, killed, and 10.77.0.12 in graceful-stop.
  it('raise one critical alert for a chunkserver that was killed, which names it within two collections, and which resolves', () => {
    const alerts = alertsWhile('3.0.117/one-down');
    expect(alerts).toHaveLength(1);
    const [first, last] = [alerts[0]![0]!, alerts[0]!.at(-1)!];
    expect(first).toMatchObject({ severity: 'critical', entity: { kind: 'chunkserver', name: '10.77.0.13:9422' } });
    expect(first.startsAtMs).toBe(goneMs);
    expect(first.updatedAtMs - goneMs).toBeLessThanOrEqual(2 * periodMs);
    expect(last.status).toBe('resolved');
  });

  it('raise a warning for one that was stopped on purpose', () => {
    const alerts = alertsWhile('3.0.117/graceful-stop');
    expect(alerts.map((revisions) => revisions.at(-1)!)).toMatchObject([
      { severity: 'warning', status: 'resolved', entity: { kind: 'chunkserver', name: '10.77.0.12:9422' } },
    ]);
  });

  it('raise nothing while nothing changes', () => {
    expect(alertsWhile('3.0.117/normal')).toEqual([]);
  });
});

describe('an answer of a large storage', () => {
  it('of 1,000 chunkservers and 10,000 disks becomes 11,001 documents', () => {
    const info = decodeInfo(answerOf('3.0.117/normal', 'info'));
    const record = answerOf('3.0.117/normal', 'cserv-list').subarray(0, 69);
    const list = Buffer.concat(
      Array.from({ length: 1_000 }, (_, nth) => {
        const server = Buffer.from(record);
        server.writeUInt16BE(nth + 1, 8);
        return server;
      }),
    );
    const answer = answerOf('3.0.117/normal', 'hdd-list.10.77.0.11');
    const entry = answer.subarray(0, 2 + answer.readUInt16BE(0));
    const disks = Buffer.concat(Array.from({ length: 10 }, () => entry));
    const servers = decodeMooseFsServers(list, info.software);
    const snapshot = {
      info,
      servers,
      disks: servers.flatMap(({ ip, port }) => decodeDisks(disks).map((disk) => ({ ip, port, disk }))),
      unread: [],
    };
    const context = { address: 'm:9421', hostName: 'm', startedAtMs: 0, durationMs: 1 };
    expect(documentsOf(snapshot, context)).toHaveLength(11_001);
  });
});
