import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGroups, encodeGroups } from '../../../functions/detect/codec.ts';
import { DetectState } from '../../../functions/detect/state.ts';
import { PartitionStoppedError, restoreRemedy } from '../../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { groupArbitrary } from './groups.ts';

const headerBytes = 12;
const block = fc.array(groupArbitrary, { minLength: 1, maxLength: 3 }).map(encodeGroups);

/** Returns the error with which bytes are refused; `undefined` if they are read. */
function refusal(bytes: Uint8Array): unknown {
  try {
    decodeGroups(bytes, 1, defaultSettings);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Gives a block the checksum of its bytes, as a defect of the writer would. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(headerBytes)), headerBytes - 4);
  return bytes;
}

const flipped = (bytes: Buffer, at: number, bits: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] = changed[at]! ^ bits;
  return changed;
};

const bits = fc.integer({ min: 1, max: 255 });

describe('a damaged block of series', () => {
  it('is refused wherever it is cut, with the remedy', () => {
    fc.assert(
      fc.property(block, fc.nat(), (bytes, at) => {
        const error = refusal(bytes.subarray(0, at % bytes.length));
        expect(error).toBeInstanceOf(PartitionStoppedError);
        expect(String(error)).toContain("block 1 of detect's state is damaged: ");
        expect(String(error)).toContain(restoreRemedy);
      }),
    );
  });

  it('is refused whichever byte changed', () => {
    fc.assert(
      fc.property(block, fc.nat(), bits, (bytes, at, by) => {
        expect(refusal(flipped(bytes, at % bytes.length, by))).toBeInstanceOf(PartitionStoppedError);
      }),
    );
  });

  it('with a checksum that fits is refused with the same error, or read', () => {
    fc.assert(
      fc.property(block, fc.nat(), bits, (bytes, at, by) => {
        const within = headerBytes + (at % (bytes.length - headerBytes));
        const error = refusal(sealed(flipped(bytes, within, by)));
        if (error !== undefined) expect(error).toBeInstanceOf(PartitionStoppedError);
      }),
      { numRuns: 500 },
    );
  });

  it('allocates nothing for a length that is not there, whichever number it is', () => {
    fc.assert(
      fc.property(block, fc.nat(), (bytes, at) => {
        const huge = Buffer.from(bytes);
        huge.writeUInt32LE(0xffffffff, headerBytes + (at % (bytes.length - headerBytes - 4)));
        const before = process.memoryUsage().arrayBuffers;
        const error = refusal(sealed(huge));
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
        if (error !== undefined) expect(error).toBeInstanceOf(PartitionStoppedError);
      }),
    );
    const many = encodeGroups([]);
    many.writeUInt32LE(0xffffffff, headerBytes);
    expect(String(refusal(sealed(many)))).toContain('cut short: expected 412316860320 bytes at 16, got 0');
  });

  it('is refused with bytes behind its end', () => {
    const longer = Buffer.concat([encodeGroups([]), Buffer.alloc(1)]);
    expect(String(refusal(sealed(longer)))).toContain('expected its end at 16, got 1 bytes more');
  });
});

describe('a damaged block of JSON', () => {
  const stored = new DetectState(new Map(), defaultSettings).takeChanges().get('common');
  const texts: readonly (readonly [string, string])[] = [
    ['common', Buffer.from(stored!).toString()],
    ['places/00', JSON.stringify({ version: 1, places: [] })],
    ['no-data', '[["a",{"scope":"live"}]]'],
    ['collisions', '[["a",{"known":{"group":"b","seen":[]}}]]'],
    ['full', '[{"entity":"a/host/b"}]'],
  ];

  it.each(texts)('%s is refused wherever it is cut', (name, text) => {
    for (let length = 0; length < text.length; length += 1) {
      const open = () => new DetectState(new Map([[name, Buffer.from(text.slice(0, length))]]), defaultSettings);
      expect(open).toThrow(PartitionStoppedError);
      expect(open).toThrow(`block ${name} of detect's state is damaged: `);
    }
  });

  it.each(texts)('%s with another byte is refused with that error, or read', (name, text) => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), bits, (at, by) => {
        try {
          new DetectState(new Map([[name, flipped(Buffer.from(text), at, by)]]), defaultSettings);
        } catch (error) {
          expect(error).toBeInstanceOf(PartitionStoppedError);
        }
      }),
    );
  });
});
