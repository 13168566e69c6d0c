import { writeFileSync } from 'node:fs';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const offFrom = 200;
const offTo = 230;

/** A moment in the middle of the anomaly. */
export const incidentMs = startMs + ((offFrom + offTo) / 2) * 10_000;

/**
 * Returns a recording of one host's load: a document every 10 s. From the 200th on it is far off for 5 minutes, which
 * is one alert.
 */
export const loadDocuments: readonly Readonly<Record<string, unknown>>[] = Array.from({ length: 300 }, (_, nth) => ({
  '@timestamp': new Date(startMs + nth * 10_000).toISOString(),
  event: { dataset: 'system.load', module: 'system' },
  host: { name: 'node-a' },
  metricset: { name: 'load', period: 10_000 },
  system: { load: { 1: 1, norm: { 1: nth >= offFrom && nth < offTo ? 50 + (nth % 3) : 1 + (nth % 5) / 10 } } },
}));

/** Writes that recording. @param more lines after it */
export function writeLoadRecording(file: string, ...more: readonly string[]): void {
  writeFileSync(file, [...loadDocuments.map((document) => JSON.stringify(document)), ...more].join('\n'));
}
