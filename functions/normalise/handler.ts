import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import type { LogRecord } from '../shared/log/record.ts';
import { topics } from '../shared/log/topics.ts';
import type { Ports } from '../shared/ports/index.ts';
import { createStatelessRunner, type StatelessRunnerPorts } from '../shared/runner/stateless-runner.ts';
import type { SkippedField } from './draft.ts';
import { patternsOf } from './logs/patterns.ts';
import { isDocument, normalise } from './normalise.ts';
import { ticksBefore } from './ticks.ts';

export type NormalisePorts = StatelessRunnerPorts & Pick<Ports, 'settings'>;

/** The results of a batch's documents. */
interface Tally {
  samples: number;
  readonly skipped: SkippedField[];
  /** The numbers of parts of documents that are not read, by the reason. */
  readonly ignored: Map<string, number>;
  firstRefusal: string | undefined;
}

/** Returns the handler of `normalise`, which reads documents and emits samples, ticks and dead letters. */
export function createNormalise(ports: NormalisePorts): KafkaHandler {
  const { settings, layout, telemetry } = ports;
  patternsOf(settings); // A pattern that cannot be used ends the start, and not the first log record.
  const run = createStatelessRunner('normalise', ports);
  return kafkaHandler('normalise', telemetry, async (batch, signal) => {
    const tally: Tally = { samples: 0, skipped: [], ignored: new Map(), firstRefusal: undefined };
    const counted = await run(
      batch,
      {
        before: (record, beforeMs) => ticksBefore(record, beforeMs, layout),
        apply(record) {
          const { effects, skipped, ignored = {}, firstRefusal } = normalise(record, settings, layout);
          tally.firstRefusal ??= firstRefusal;
          if (isDocument(record)) tally.samples += effects.filter(({ topic }) => topic === topics.samples).length;
          for (const field of skipped) tally.skipped.push(field);
          for (const [reason, count] of Object.entries(ignored)) {
            tally.ignored.set(reason, (tally.ignored.get(reason) ?? 0) + count);
          }
          return effects;
        },
      },
      signal,
    );
    report(counted, tally, ports);
  });
}

function report(
  counted: readonly LogRecord[],
  { samples, skipped, ignored, firstRefusal }: Tally,
  { telemetry }: Pick<NormalisePorts, 'telemetry'>,
): void {
  telemetry.count('documents_read', counted.filter(isDocument).length);
  telemetry.count('samples_made', samples);
  for (const [reason, count] of ignored) telemetry.count('ignored', count, { stage: 'normalise', reason });
  if (firstRefusal !== undefined) telemetry.warn('samples of a record were refused', { first: firstRefusal });
  for (const { reason } of skipped) telemetry.count('fields_skipped', 1, { reason });
  const [first] = skipped;
  if (first !== undefined) telemetry.warn('fields were left out of samples', { first, fields: skipped.length });
}
