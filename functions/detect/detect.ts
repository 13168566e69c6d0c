import { anomalyVersion } from '../shared/domain/anomaly.ts';
import { entityVersion } from '../shared/domain/edge.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import { liveScope, sampleVersion, sampleVersions } from '../shared/domain/sample.ts';
import { endVersion, tickVersion } from '../shared/domain/signal.ts';
import { decodeTick, unknownSchema } from '../shared/log/decode.ts';
import { decodeSample } from '../shared/log/decode-sample.ts';
import { laneOf } from '../shared/log/lane-header.ts';
import { type Effect, header, type LogRecord } from '../shared/log/record.ts';
import type { Step, StepContext } from '../shared/runner/step.ts';
import type { InputTick } from '../shared/time/aligned-clocks.ts';
import { applyHistory } from './apply-history.ts';
import { applySample } from './apply-sample.ts';
import { applyEnd, applyTick } from './apply-tick.ts';
import { DetectState } from './state.ts';

/**
 * The step of stage `detect`: learns samples, and emits anomalies, places of entities, minute summaries and ticks. It is pure: state and
 * effects depend on the records alone, however they are split into batches.
 */
export const detectStep: Step<DetectState> = {
  stage: 'detect',
  open: (blocks, { settings }) => new DetectState(blocks, settings),
  apply,
  counts: (state) => state.counts,
  takeChanges: (state) => state.takeChanges(),
};

/**
 * Applies a sample, a tick or the end of a replay.
 * @throws {RefusedRecordError} for any other record, before anything is changed
 */
function apply(state: DetectState, record: LogRecord, context: StepContext): readonly Effect[] {
  const schema = record.headers[header.schema];
  switch (sampleVersions.has(schema) ? sampleVersion : schema) {
    case sampleVersion: {
      const sample = decodeSample(record);
      if (record.headers[header.history] !== undefined) {
        applyHistory(state, sample, record, context.settings);
        return [];
      }
      const effects = applySample(state, sample, record, context.settings);
      const tickMs = state.clocks.input(sample.scope ?? liveScope, laneOf(record)?.index ?? 0)?.tickMs;
      return reportedBy(effects, context.partition, tickMs);
    }
    case tickVersion: {
      const tick = decodeLaneTick(record);
      return reportedBy(applyTick(state, tick, context), context.partition, tick.timeMs);
    }
    case endVersion: {
      const end = decodeLaneTick(record);
      const tickMs = Math.max(end.timeMs, state.clocks.now(end.scope) ?? 0);
      return reportedBy(applyEnd(state, end, context), context.partition, tickMs);
    }
    default:
      throw unknownSchema(record, [sampleVersion, tickVersion, endVersion]);
  }
}

/**
 * Decodes a tick or an end with its lane.
 * @throws {RefusedRecordError} `not JSON` or `not a tick`
 */
function decodeLaneTick(record: LogRecord): InputTick {
  const { scope, timeMs } = decodeTick(record);
  const lane = laneOf(record);
  if (lane === undefined) {
    throw new RefusedRecordError('not a tick', `header ${header.lane}: expected LANE/LANES, such as 0/1, got none`);
  }
  return { scope, timeMs, ...lane, appendedMs: record.timestampMs };
}

/**
 * Adds two headers to each anomaly and each place of an entity: the detect partition that reports it, because `alert` expires
 * an anomaly by that partition's time, and the newest tick of its lane.
 */
function reportedBy(effects: readonly Effect[], partition: number, tickMs = 0): readonly Effect[] {
  return effects.map((effect) => {
    const schema = effect.headers[header.schema];
    if (schema !== anomalyVersion && schema !== entityVersion) return effect;
    const reported = { [header.detectPartition]: String(partition), [header.tick]: String(tickMs) };
    return { ...effect, headers: { ...effect.headers, ...reported } };
  });
}
