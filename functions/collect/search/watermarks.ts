import type { DiskSettings } from './answers.ts';

/** A limit of a disk: the share in use, or the bytes that are free. */
type Watermark = { readonly usedShare: number } | { readonly freeBytes: number };

/** The watermarks of a cluster, from the lowest. Above each, OpenSearch does more against a full disk. */
export const watermarkNames = ['low', 'high', 'flood-stage'] as const;

/** The values that hold where a cluster sets none, or does not let us read its settings. */
const usual = ['85%', '90%', '95%'] as const;

const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
  pb: 2 ** 50,
};

/**
 * Returns the watermarks of a cluster, from the lowest; none if it disables them. A value that cannot be read is the usual one.
 * @example
 * watermarksOf({ watermark: { low: '85%', high: '0.9', flood_stage: '20gb' } });
 */
export function watermarksOf({ threshold_enabled: isEnabled, watermark = {} }: DiskSettings): readonly Watermark[] {
  if (isEnabled === 'false') return [];
  return [watermark.low, watermark.high, watermark.flood_stage].map(
    (text, nth) => watermarkOf(text ?? '') ?? watermarkOf(usual[nth]!)!,
  );
}

function watermarkOf(text: string): Watermark | undefined {
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)(%|[kmgtp]?b)?$/i.exec(text) ?? [];
  if (number === '') return undefined;
  const value = Number(number);
  if (unit === '' || unit === '%') {
    const usedShare = unit === '%' ? value / 100 : value;
    return usedShare <= 1 ? { usedShare } : undefined;
  }
  return { freeBytes: value * unitBytes[unit.toLowerCase()]! };
}

/** Returns how many of the watermarks a disk is above, 0 to 3. */
export function watermarksAbove(
  watermarks: readonly Watermark[],
  disk: { readonly totalBytes: number; readonly availableBytes: number },
): number {
  const { totalBytes, availableBytes } = disk;
  return (
    watermarks.findLastIndex((watermark) =>
      'usedShare' in watermark
        ? 1 - availableBytes / totalBytes > watermark.usedShare
        : availableBytes < watermark.freeBytes,
    ) + 1
  );
}
