/*
 * Replaces @platformatic/wasm-utils in bundles: 77 kB of WebAssembly, which a cold start compiles. Functions append records
 * uncompressed and unpack none (collect reads the headers of batches), so all that they need of it is the checksum of a batch. The Kafka client has that in
 * JavaScript too, at 5 ms for a megabyte in place of 1 ms.
 */
import { jsCRC32C } from '@platformatic/kafka';

/**
 * Returns the checksum of a batch, CRC-32C.
 *
 * The Kafka client imports this module while its own is still being evaluated, so this is a function declaration: a constant
 * would not exist yet.
 */
export function crc32c(batch: Buffer): number {
  return jsCRC32C(batch);
}

/** Refuses a batch, as nothing may call it. */
export function lz4Compress(): never {
  throw new Error('LZ4 and Snappy are not in the bundle: functions append records uncompressed, and unpack none');
}

export const lz4Decompress: () => never = lz4Compress;
export const snappyCompress: () => never = lz4Compress;
export const snappyDecompress: () => never = lz4Compress;
