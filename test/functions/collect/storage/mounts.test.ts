import { describe, expect, it } from 'vitest';
import { documentsOf } from '../../../../functions/collect/storage/documents.ts';
import { mountsMax, mountsOf } from '../../../../functions/collect/storage/mounts.ts';
import { decodeInfo } from '../../../../functions/collect/storage/protocol/info.ts';
import type { Session } from '../../../../functions/collect/storage/protocol/sessions.ts';
import { sampleOf } from '../../normalise/beats.ts';
import { answerOf } from './captures.ts';

const session = (id: number, more: Partial<Session> = {}): Session => ({
  id,
  ip: '10.77.0.20',
  version: '3.0.117',
  mountPoint: '/mnt/mfs',
  root: '/',
  openFiles: 1,
  connections: 1,
  operations: { all: 10, read: 2, write: 3 },
  ...more,
});

describe('the mounts of clients', () => {
  it('are one for the sessions of a client at one place, with their sums', () => {
    expect(mountsOf([session(1), session(2), session(3, { mountPoint: '/srv' })])).toMatchObject([
      {
        name: '10.77.0.20:/mnt/mfs',
        sessions: 2,
        openFiles: 2,
        operations: { all: 20, read: 4, write: 6 },
      },
      { name: '10.77.0.20:/srv', sessions: 1 },
    ]);
  });

  it('are not those of clients that went away, and whose sessions the master still keeps', () => {
    expect(mountsOf([session(1, { connections: 0 })])).toEqual([]);
  });

  it('of LizardFS, which tells no connections, are all', () => {
    const { openFiles, connections, ...old } = session(1);
    expect([openFiles, connections, mountsOf([old])]).toMatchObject([1, 1, [{ sessions: 1 }]]);
  });

  const documentsWith = (sessions: readonly Session[]) =>
    documentsOf(
      { info: decodeInfo(answerOf('3.0.117/normal', 'info')), servers: [], disks: [], sessions, unread: [] },
      { address: 'm:9421', hostName: 'm', startedAtMs: Date.parse('2026-11-23T15:00:00Z'), durationMs: 1 },
    );

  it('become a bounded number of documents, and the master tells how many there are', () => {
    const many = Array.from({ length: mountsMax + 5 }, (_, nth) => session(nth, { mountPoint: `/m${nth}` }));
    const documents = documentsWith(many);
    expect(documents).toHaveLength(1 + mountsMax);
    expect(documents[0]!.moosefs.master!.mounts).toBe(mountsMax + 5);
  });

  it('have names that are short enough, whatever the client calls its folder', () => {
    const [, document] = documentsWith([session(1, { mountPoint: `/${'ä\ud800'.repeat(2_000)}` })]);
    const { entity } = sampleOf(document);
    expect([entity.kind, entity.name.length]).toEqual(['service', '10.77.0.20:'.length + 400]);
  });
});
