import { anomalyVersion } from '../shared/domain/anomaly.ts';
import { decodeTick, unknownSchema } from '../shared/domain/decode.ts';
import { decodeSample } from '../shared/domain/decode-sample.ts';
import { type Effect, header, type LogRecord } from '../shared/domain/record.ts';
import { sampleVersion } from '../shared/domain/sample.ts';
import { endVersion, tickVersion } from '../shared/domain/signal.ts';
import type { Step, StepContext } from '../shared/runner/step.ts';
import { DetectState } from './state.ts';
import { takeSample } from './take-sample.ts';
import { takeEnd, takeTick } from './take-tick.ts';

/**
 * Samples in; anomalies, minutes and time out. Pure: what it knows comes from the records, and any split of them gives
 * the same state and effects.
 */
export const detectStep: Step<DetectState> = {
  stage: 'detect',
  open: (blocks, { settings }) => new DetectState(blocks, settings),
  apply,
  counts: (state) => state.counts,
  takeChanges: (state) => state.takeChanges(),
};

/** @throws {RefusedRecordError} if the record is no sample, tick or end; nothing was changed then */
function apply(state: DetectState, record: LogRecord, context: StepContext): readonly Effect[] {
  const effects = take(state, record, context);
  return effects.length === 0 ? effects : effects.map((effect) => spokenBy(effect, context.partition));
}

/** An anomaly is believed as long as its partition's own time says. */
function spokenBy(effect: Effect, partition: number): Effect {
  if (effect.headers[header.schema] !== anomalyVersion) return effect;
  return { ...effect, headers: { ...effect.headers, [header.detectPartition]: String(partition) } };
}

function take(state: DetectState, record: LogRecord, context: StepContext): Effect[] {
  switch (record.headers[header.schema]) {
    case sampleVersion:
      return takeSample(state, decodeSample(record), record, context.settings);
    case tickVersion:
      return takeTick(state, decodeTick(record), context);
    case endVersion:
      return takeEnd(state, decodeTick(record), context);
    default:
      throw unknownSchema(record, [sampleVersion, tickVersion, endVersion]);
  }
}
