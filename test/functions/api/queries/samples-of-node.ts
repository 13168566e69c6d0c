import type { Sample } from '../../../../functions/shared/domain/sample.ts';
import { startMs } from '../../../support/alerts.ts';

export const node = { cluster: 'recorded', kind: 'host', name: 'node-m' } as const;
export const disk = { device: 'loop6' };
export const written = 'recorded/host/node-m system.diskio.write.bytes{device=loop6}';

export const query = (parameters: Readonly<Record<string, string>>): string => `?${new URLSearchParams(parameters)}`;

export function sample(
  second: number,
  measurements: Readonly<Record<string, number>>,
  more: Partial<Sample> = {},
): Sample {
  const fixed = { dataset: 'system.diskio', dimensions: disk, source: 'metricbeat' };
  return { entity: node, timestampMs: startMs + second * 1_000, measurements, ...fixed, ...more };
}
