/**
 * Returns the name of a metric in words, without its module: `diskio write bytes` for `system.diskio.write.bytes`. A word that
 * repeats the one before is left out: `disk octets write` for `collectd.disk.disk_octets.write`.
 */
export function metricWords(metric: string): string {
  const parts = metric.split('.');
  const words = (parts.length > 2 ? parts.slice(1) : parts).flatMap((part) => part.split('_'));
  return words.filter((word, nth) => word !== words[nth - 1]).join(' ');
}
