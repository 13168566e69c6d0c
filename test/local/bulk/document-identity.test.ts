import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../local/bulk/document-identity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A line as Filebeat 8 ships it from Linux. */
const line = {
  '@timestamp': '2026-11-28T10:00:00.000Z',
  agent: { type: 'filebeat', name: 'node-a', version: '8.17.0', ephemeral_id: 'one' },
  ecs: { version: '8.0.0' },
  event: { dataset: 'app.log' },
  host: { name: 'node-a' },
  input: { type: 'filestream' },
  log: { file: { path: '/var/log/app.log', device_id: '64768', inode: '1592008' }, offset: 4_711 },
  message: 'connection lost',
};

const fileOf = (file: Fields): Fields => ({ ...line, log: { file: { path: '/x', ...file }, offset: 4_711 } });

const hashOf = (document: Fields, action = 'create', id?: string, index = 'beats') =>
  identityOf(document, action, { index, id })?.hash;

describe('a document with an _id', () => {
  it('is the same as another with this _id in this index, whatever they contain', () => {
    expect(hashOf({ a: 1 }, 'create', '7')).toBe(hashOf(line, 'index', '7'));
    expect(hashOf({}, 'create', '7')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is another one in another index, or with another _id', () => {
    const hashes = [hashOf({}, 'create', '7', 'a'), hashOf({}, 'create', '7', 'b'), hashOf({}, 'create', '8', 'a')];
    expect(new Set(hashes).size).toBe(3);
  });

  it('raises its version with index, and not with create', () => {
    expect(identityOf({}, 'index', { index: 'a', id: '7' })).toMatchObject({ raisesVersion: true });
    expect(identityOf({}, 'create', { index: 'a', id: '7' })).toMatchObject({ raisesVersion: false });
  });

  it('has a hash of its own for each index and _id, whatever characters they have', () => {
    const pair = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(pair, pair, ([index, id], [otherIndex, otherId]) => {
        const same = index === otherIndex && id === otherId;
        expect(hashOf({}, 'create', id, index) === hashOf({}, 'create', otherId, otherIndex)).toBe(same);
      }),
    );
  });
});

describe('a line of a file without an _id', () => {
  it('is the same when Filebeat reads it once more, later and after the file was renamed', () => {
    const again = {
      ...line,
      '@timestamp': '2026-11-28T10:05:00.000Z',
      agent: { ...line.agent, ephemeral_id: 'two' },
      log: { ...line.log, file: { ...line.log.file, path: '/var/log/app.log.1' } },
    };
    expect(hashOf(again)).toBe(hashOf(line));
    expect(hashOf(line, 'index', undefined, 'another')).toBe(hashOf(line));
    expect(identityOf(line, 'index', { index: 'a', id: undefined })).toMatchObject({ raisesVersion: false });
  });

  it('is the same nested or with dotted names, its numbers as digits or not', () => {
    const { log: _log, host: _host, ...rest } = line;
    const dotted = {
      ...rest,
      'host.name': 'node-a',
      'log.file.device_id': 64_768,
      'log.file.inode': '1592008',
      'log.offset': '4711',
    };
    expect(hashOf(dotted)).toBe(hashOf(line));
  });

  it.each<[string, Fields]>([
    ['at another offset', { ...line, log: { ...line.log, offset: 4_712 } }],
    ['on another host', { ...line, host: { name: 'node-b' } }],
    ['of another inode', fileOf({ device_id: '64768', inode: '1592009' })],
    ['of another device', fileOf({ device_id: '64769', inode: '1592008' })],
    ['of another file in the same inode', fileOf({ device_id: '64768', inode: '1592008', fingerprint: 'ab' })],
    ['with another text, after its file was truncated', { ...line, message: 'connection found' }],
  ])('is another one %s', (_case, other) => {
    expect(hashOf(other)).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(other)).not.toBe(hashOf(line));
  });

  it.each<[string, Fields]>([
    ['an inode', { device_id: '1', inode: '2' }],
    ['an index of a volume, on Windows', { vol: 1, idxhi: 2, idxlo: 3 }],
    ['a fingerprint', { fingerprint: 'ab' }],
  ])('is known by %s of its file', (_case, file) => {
    expect(hashOf(fileOf(file))).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each<[string, Fields]>([
    ['only the path of its file', fileOf({})],
    ['an inode without its device', fileOf({ inode: '2' })],
    ['no offset', { ...line, log: { file: line.log.file } }],
    ['no host', { log: line.log, message: 'x' }],
    ['no file', { host: line.host, message: 'x', log: { offset: 1 } }],
    ['measurements', { host: line.host, system: { load: { 1: 0.5 } } }],
  ])('has no identity with %s', (_case, document) => {
    expect(hashOf(document)).toBeUndefined();
  });

  it.each<[string, Fields]>([
    ['fields of its own', { ...line, user: { name: 'ada' } }],
    ['a level', { ...line, log: { ...line.log, level: 'error' } }],
    ['a level with a dotted name', { ...line, 'log.level': 'error' }],
    ['the stream of a container', { ...line, stream: 'stderr' }],
    ['no message', (({ message: _message, ...rest }) => rest)(line)],
  ])('that was parsed into %s differs from others at the same position by its time too', (_case, parsed) => {
    const later = { ...parsed, '@timestamp': '2026-11-28T11:00:00.000Z' };
    expect(hashOf({ ...parsed })).toBe(hashOf(parsed));
    expect(hashOf(later)).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(later)).not.toBe(hashOf(parsed));
  });
});
