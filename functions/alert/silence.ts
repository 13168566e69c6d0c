import { RefusedRecordError } from '../shared/domain/errors.ts';
import { matchesGlob } from '../shared/domain/glob.ts';
import type { Matchers } from '../shared/domain/signal.ts';
import { type Cluster, type OpenAlert, type Silence, severityOf } from './cluster.ts';
import { likelyCause } from './record.ts';
import { labelsOf } from './wording.ts';

const silencesMax = 1000;

/**
 * The first silence that is active at a moment and matches the alert's labels: those that its message shows.
 * @param atMs stage time
 */
export function silenceOf({ silences }: Cluster, alert: OpenAlert, atMs: number): Silence | undefined {
  if (silences.size === 0) return undefined;
  const labels = labelsOf(likelyCause(alert), severityOf(alert));
  for (const silence of silences.values()) {
    if (silence.startsAtMs <= atMs && atMs < silence.endsAtMs && matchesLabels(silence.matchers, labels))
      return silence;
  }
  return undefined;
}

/** @throws {RefusedRecordError} `too many silences`, before anything was changed */
export function addSilence({ silences }: Cluster, silence: Silence): void {
  if (!silences.has(silence.id) && silences.size >= silencesMax) {
    throw new RefusedRecordError(
      'too many silences',
      `a cluster holds ${silencesMax} silences at most: use one with a wider glob, or wait until some are over`,
    );
  }
  silences.set(silence.id, silence);
}

export function dropExpired({ silences }: Cluster, nowMs: number): void {
  for (const [id, { endsAtMs }] of silences) if (endsAtMs <= nowMs) silences.delete(id);
}

/** All must match; a label that is not there reads as empty text. */
function matchesLabels(matchers: Matchers, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchers).every(([name, pattern]) =>
    matchesGlob(pattern, Object.hasOwn(labels, name) ? labels[name]! : ''),
  );
}
