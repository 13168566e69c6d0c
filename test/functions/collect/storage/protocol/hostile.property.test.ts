import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeChunkMatrix,
  decodeChunksHealth,
} from '../../../../../functions/collect/storage/protocol/chunk-states.ts';
import {
  decodeLizardFsServers,
  decodeMooseFsServers,
} from '../../../../../functions/collect/storage/protocol/chunkservers.ts';
import { decodeDisks } from '../../../../../functions/collect/storage/protocol/disks.ts';
import { decodeInfo } from '../../../../../functions/collect/storage/protocol/info.ts';
import { decodeSessions } from '../../../../../functions/collect/storage/protocol/sessions.ts';
import { UnreadableAnswerError } from '../../../../../functions/collect/storage/protocol/unreadable-answer.ts';
import { answerOf } from '../captures.ts';

const three = { product: 'MooseFS', version: [3, 0, 117] } as const;
const four = { product: 'MooseFS', version: [4, 59, 2] } as const;
const lizard = { product: 'LizardFS', version: [3, 10, 4] } as const;

/** The decoders, each with an answer that it reads. */
const decoders: Readonly<Record<string, readonly [(body: Uint8Array) => unknown, Buffer]>> = {
  'info of MooseFS 3': [decodeInfo, answerOf('3.0.117/normal', 'info')],
  'info of MooseFS 4': [decodeInfo, answerOf('4.59.2/normal', 'info')],
  'info of LizardFS': [decodeInfo, answerOf('lizardfs-3.10.4/normal', 'info')],
  'servers of MooseFS 3': [(body) => decodeMooseFsServers(body, three), answerOf('3.0.117/normal', 'cserv-list')],
  'servers of MooseFS 4': [(body) => decodeMooseFsServers(body, four), answerOf('4.59.2/normal', 'cserv-list')],
  'servers of LizardFS': [decodeLizardFsServers, answerOf('lizardfs-3.10.4/disk-error', 'liz-cserv-list')],
  disks: [decodeDisks, answerOf('3.0.117/normal', 'hdd-list.10.77.0.11')],
  'the chunk matrix': [decodeChunkMatrix, answerOf('3.0.117/one-down-missing', 'chunks-matrix')],
  'sessions of MooseFS': [(body) => decodeSessions(body, three), answerOf('3.0.117/normal', 'session-list')],
};

/** Every decoder, also those without a capture. */
const all: Readonly<Record<string, (body: Uint8Array) => unknown>> = {
  ...Object.fromEntries(Object.entries(decoders).map(([name, [decode]]) => [name, decode])),
  'sessions of LizardFS': (body) => decodeSessions(body, lizard),
  'the health of chunks': decodeChunksHealth,
};

/** Runs a decoder. @returns the message of its error, or undefined if it decoded the body; any other error fails the test */
function refusalOf(decode: (body: Uint8Array) => unknown, body: Uint8Array): string | undefined {
  try {
    decode(body);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableAnswerError);
    return (error as Error).message;
  }
}

/** The number of cases of each property; all properties of this file together have 100,000. They take two seconds. */
const numRuns = 3_500;

describe.each(Object.keys(decoders))('the decoder of %s', (name) => {
  const [decode, answer] = decoders[name]!;

  it('reads its captured answer', () => {
    expect(refusalOf(decode, answer)).toBeUndefined();
  });

  it('refuses each beginning of an answer that ends within a record, and never throws anything else', () => {
    const whole = [...answer.keys()].filter((length) => refusalOf(decode, answer.subarray(0, length)) === undefined);
    // A list without a count is whole after each record.
    const recordBytes = { 'servers of MooseFS 3': 69, 'servers of MooseFS 4': 77 }[name];
    if (recordBytes !== undefined) expect(whole).toEqual([0, recordBytes, 2 * recordBytes]);
    else if (name === 'disks') expect(whole).toEqual([0, (answer.length / 2) | 0]);
    else if (name === 'sessions of MooseFS') expect(whole).toEqual([2]);
    // The connection has checked the length; here a shorter answer is that of an older version, if it is of a known length.
    else expect(whole).toEqual({ 'info of MooseFS 3': [129, 137], 'info of MooseFS 4': [76, 80] }[name] ?? []);
  });

  it('refuses bytes after the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (more) => {
        expect(refusalOf(decode, Buffer.concat([answer, more]))).toMatch(/bytes|expected/);
      }),
      { numRuns },
    );
  });

  it('reads or refuses an answer in which bytes are changed', () => {
    const change = fc.tuple(fc.nat(answer.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const body = Buffer.from(answer);
        for (const [at, byte] of changes) body[at] = byte;
        const message = refusalOf(decode, body);
        if (message !== undefined) expect(message).toMatch(/^the .*(expected|but \d+ are left)/);
      }),
      { numRuns },
    );
  });

  it('reads no other bytes than its own, wherever they are in memory', () => {
    const around = Buffer.concat([Buffer.alloc(13, 0xff), answer, Buffer.alloc(13, 0xff)]);
    expect(decode(around.subarray(13, 13 + answer.length))).toEqual(decode(answer));
  });
});

describe.each(Object.keys(all))('the decoder of %s', (name) => {
  it('refuses garbage with a message that names a field, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (body) => {
        const message = refusalOf(all[name]!, body);
        if (message !== undefined) expect(message).toMatch(/^the .*(expected|but \d+ are left)/);
      }),
      { numRuns },
    );
  });
});

describe('a count that is forged', () => {
  // 4 GB of servers: the count is compared with the bytes that are there, and nothing is allocated.
  it.each([0xffffffff, 0x10000000, 4])('of %d servers is refused before a record is read', (count) => {
    const body = Buffer.from(answerOf('lizardfs-3.10.4/normal', 'liz-cserv-list'));
    body.writeUInt32BE(count, 4);
    expect(refusalOf(decodeLizardFsServers, body)).toMatch(
      count === 4 ? /takes|left|number of servers/ : `number of servers is ${count}, expected 3 at most`,
    );
  });

  it('of bytes of a mount point is refused', () => {
    const body = Buffer.from(answerOf('3.0.117/normal', 'session-list'));
    body.writeUInt32BE(0xffffffff, 2 + 21);
    expect(refusalOf((bytes) => decodeSessions(bytes, three), body)).toBe(
      'the list of sessions: mount point (bytes) is 4294967295, expected 4096 at most',
    );
  });
});

describe('a version that is not known', () => {
  const withVersion = (moment: string, ...version: readonly [number, number, number]): Buffer => {
    const body = Buffer.from(answerOf(moment, 'info'));
    body.writeUInt16BE(version[0], 0);
    body.set(version.slice(1), 2);
    return body;
  };

  it.each([
    ['a MooseFS 5 with the length of 4.26', withVersion('4.59.2/normal', 5, 0, 0), '205 bytes of version 5.0.0'],
    ['a MooseFS 4.9 with the length of 4.26', withVersion('4.59.2/normal', 4, 9, 0), '205 bytes of version 4.9.0'],
    ['a MooseFS 4 with the length of 3.0.117', withVersion('3.0.117/normal', 4, 1, 4), '149 bytes of version 4.1.2'],
    [
      'a MooseFS 1.6.27 with the length of LizardFS',
      withVersion('lizardfs-3.10.4/normal', 1, 6, 27),
      '76 bytes of version 1.6.27',
    ],
    [
      'a length of no version',
      Buffer.concat([answerOf('4.59.2/normal', 'info'), Buffer.alloc(12)]),
      '217 bytes of version 4.59.2',
    ],
  ])('as of %s is refused with version, length and the known lengths', (_, body, message) => {
    const refusal = refusalOf(decodeInfo, body);
    expect(refusal).toContain(message);
    expect(refusal).toContain('expected 76 (LizardFS), 76 (SaunaFS), 80 (SaunaFS), 129 (MooseFS)');
    expect(refusal).toContain('use a newer Offbeat for a newer storage');
  });

  it('of the edition PRO, whose last byte is odd, is read as that number', () => {
    const body = withVersion('3.0.117/normal', 3, 0, 0xeb);
    expect(decodeInfo(body).software.version).toEqual([3, 0, 117]);
  });

  it('of chunkservers that are older than their records is refused', () => {
    const body = answerOf('3.0.117/normal', 'cserv-list');
    expect(refusalOf((bytes) => decodeMooseFsServers(bytes, { ...three, version: [3, 0, 37] }), body)).toBe(
      'the list of chunkservers: MooseFS 3.0.37 is older than 3.0.38',
    );
  });

  it('of a master that sends records of another version is refused', () => {
    const body = answerOf('3.0.117/normal', 'cserv-list');
    expect(refusalOf((bytes) => decodeMooseFsServers(bytes, four), body)).toBe(
      'the list of chunkservers: it has 207 bytes, expected a multiple of 77 from MooseFS 4.59.2',
    );
  });
});

it('processor time that the master does not know yet is no processor time', () => {
  const body = Buffer.from(answerOf('3.0.117/normal', 'info'));
  body.writeBigUInt64BE(2n ** 64n - 1n, 12);
  expect(decodeInfo(body)).not.toHaveProperty('systemShare');
  expect(decodeInfo(answerOf('3.0.117/normal', 'info'))).toMatchObject({ systemShare: 0.009787442 });
});

// src/common/saunafs_statistics.h of SaunaFS: the fields of LizardFS, with the number of symbolic links before the chunks.
it('SaunaFS counts symbolic links before chunks, and its 80 bytes are read so', () => {
  const liz = answerOf('lizardfs-3.10.4/normal', 'info');
  const body = Buffer.concat([liz.subarray(0, 64), Buffer.from([0, 0, 0, 7]), liz.subarray(64)]);
  body.set([0, 4, 7, 0], 0);
  const { software, ...totals } = decodeInfo(body);
  expect(software).toEqual({ product: 'SaunaFS', version: [4, 7, 0] });
  expect({ software: expect.anything(), ...totals }).toEqual(decodeInfo(liz));
});

// src/common/chunks_availability_state.h of SaunaFS: maps of a goal (8 bits) to a number (64 bits), then maps to 11 numbers.
it('the health of chunks of LizardFS is the sum over goals, without goal 0', () => {
  const map = (...entries: readonly (readonly [goal: number, chunks: number])[]): Buffer => {
    const bytes = Buffer.alloc(4 + 9 * entries.length);
    bytes.writeUInt32BE(entries.length, 0);
    for (const [nth, [goal, chunks]] of entries.entries()) {
      bytes.writeUInt8(goal, 4 + 9 * nth);
      bytes.writeBigUInt64BE(BigInt(chunks), 5 + 9 * nth);
    }
    return bytes;
  };
  const parts = Buffer.concat([Buffer.from([0, 0, 0, 1, 2]), Buffer.alloc(88)]);
  const body = Buffer.concat([Buffer.alloc(5), map([1, 9]), map([0, 4], [2, 3]), map([1, 2], [2, 5]), parts, map()]);
  expect(decodeChunksHealth(body)).toEqual({ missing: 7, endangered: 3, isCounting: false });
});
