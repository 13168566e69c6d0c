import { crc32c as clientsOwn } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c, lz4Compress, snappyDecompress } from '../../../lib/bundle/no-compression.ts';

describe('the module that a bundle has in place of the compression', () => {
  it('computes the checksum of a batch as the Kafka client does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(crc32c(Buffer.from(bytes))).toBe(clientsOwn(Buffer.from(bytes)));
      }),
    );
    // The check value of CRC-32C (iSCSI) in the catalogue of parametrised CRC algorithms.
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('refuses to compress and to decompress', () => {
    expect(() => lz4Compress()).toThrow('append records uncompressed');
    expect(() => snappyDecompress()).toThrow('append records uncompressed');
  });
});
