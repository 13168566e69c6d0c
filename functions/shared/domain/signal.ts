import * as z from 'zod';
import { type Anomaly, anomalyVersion } from './anomaly.ts';
import { commentTextSchema } from './comment.ts';
import { durationText } from './durations.ts';
import { type EntityRecord, entityVersion } from './edge.ts';
import { clusterSchema } from './entity.ts';
import { verdicts } from './feedback.ts';
import { partitionsMax } from './lane.ts';
import { latestDateMs, scopeSchema, timeMsSchema } from './sample.ts';
import { matchersSchema, noteSchema, personSchema, silenceIdSchema } from './silence.ts';

/**
 * A tick, which is time as a record. On `samples` there is one for each lane, from append time or from a replay. On `signals`
 * every detect partition passes its ticks on.
 */
export const tickSchema = z.object({
  /** The scope of the time: `live`, or the cluster of a replay. */
  scope: scopeSchema,
  timeMs: timeMsSchema,
  /** The detect partition that passed it on; only on `signals`. */
  detectPartition: z.int().min(0).optional(),
  /** The number of detect partitions; only on `signals`. */
  detectPartitions: z.int().min(1).max(partitionsMax).optional(),
});
export type Tick = z.infer<typeof tickSchema>;
export const tickVersion = 'tick/1';

/** The schema name of a heartbeat: an empty record on a quiet partition of `beats`, whose append time moves the time on. */
export const heartbeatVersion = 'heartbeat/1';

/**
 * The schema name of the last record of a replay. The minutes of its scope close, its alerts resolve, and its state is
 * dropped.
 */
export const endVersion = 'end/1';

const commandBase = {
  /** An id that the client makes, so that a repeated request counts once. */
  id: silenceIdSchema,
  by: personSchema,
  /** The time at which the operator asked for it. Ms. */
  atMs: timeMsSchema,
  note: noteSchema.optional(),
  cluster: clusterSchema,
  /**
   * The identity that the door of the command has checked, such as the ARN of a role: `by` is what the client says. Absent
   * where nobody logs in.
   */
  caller: z.string().min(1).max(2_048).optional(),
};

const alertIdSchema = z.string().min(1).max(128);

interface Asked {
  readonly atMs: number;
  readonly startsAtMs?: number | undefined;
}

/** Returns when a silence starts: its own start where that is later than the moment at which it was asked for. */
export function silenceStartMs({ atMs, startsAtMs }: Asked): number {
  return Math.max(atMs, startsAtMs ?? atMs);
}

const silenceCommandSchema = z
  .strictObject({
    ...commandBase,
    action: z.literal('silence'),
    matchers: matchersSchema,
    /** The start. If it is absent or not later than `atMs`, the silence starts when it is applied, at any stage time. Ms. */
    startsAtMs: timeMsSchema.optional(),
    endsAtMs: timeMsSchema,
  })
  .refine((silence) => silence.endsAtMs > silenceStartMs(silence), {
    path: ['endsAtMs'],
    error: 'a silence must end after it starts, and after the time of its command',
  });

/** A command of an operator to the alert stage. On `signals` its key is the cluster. */
export const commandSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...commandBase, action: z.literal('ack'), alertId: alertIdSchema }),
  z.strictObject({ ...commandBase, action: z.literal('resolve'), alertId: alertIdSchema }),
  silenceCommandSchema,
  z.strictObject({
    ...commandBase,
    action: z.literal('feedback'),
    /** The alert, or one of its anomalies. */
    subjectId: alertIdSchema,
    verdict: z.enum(verdicts),
  }),
  z.strictObject({ ...commandBase, action: z.literal('comment'), alertId: alertIdSchema, text: commentTextSchema }),
  z.strictObject({ ...commandBase, action: z.literal('unsilence'), silenceId: silenceIdSchema }),
]);
export type Command = z.infer<typeof commandSchema>;
export type SilenceCommand = Extract<Command, { action: 'silence' }>;
export const commandVersion = 'command/1';

/**
 * Returns what is wrong with the start or the length of a silence; `undefined` if nothing is.
 * @param maxMs `alerts.silenceMax`: the longest silence, and the longest time until its start
 */
export function silenceFault(silence: Asked & { readonly endsAtMs: number }, maxMs: number): string | undefined {
  const { atMs, endsAtMs } = silence;
  const startMs = silenceStartMs(silence);
  const tooLate = (ms: number, latestMs: number): string =>
    `at most ${durationText(maxMs)} (alerts.silenceMax): expected ${iso(latestMs)} or earlier, got ${iso(ms)}`;
  if (startMs > atMs + maxMs) return `startsAtMs: a silence starts ahead by ${tooLate(startMs, atMs + maxMs)}`;
  if (endsAtMs > startMs + maxMs) return `endsAtMs: a silence lasts ${tooLate(endsAtMs, startMs + maxMs)}`;
  return undefined;
}

const iso = (ms: number): string => new Date(Math.min(ms, latestDateMs)).toISOString();

/** Returns who asked for a command, in words: what the client says, and the identity that was checked. */
export const askedBy = ({ by, caller }: Pick<Command, 'by' | 'caller'>): string =>
  caller === undefined ? by : `${by} (${caller})`;

/** Returns the names of the fields that a client may give to a command with this action; none for an unknown action. */
export function commandFields(action: unknown): readonly string[] {
  const option = commandSchema.options.find(({ shape }) => shape.action.value === action);
  return option === undefined ? [] : Object.keys(option.shape).filter((field) => field !== 'caller');
}

/** One record that the alert stage reads. */
export type Signal =
  | {
      readonly kind: 'anomaly';
      readonly anomaly: Anomaly;
      readonly detectPartition: number;
      /** The newest tick of its lane when detect reported it; 0 before the first tick. */
      readonly tickMs: number;
    }
  | {
      readonly kind: 'entity';
      readonly record: EntityRecord;
      /** The newest tick of its lane when detect reported it; 0 before the first tick. */
      readonly tickMs: number;
    }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'end'; readonly tick: Tick }
  | { readonly kind: 'command'; readonly command: Command };

export const signalVersions = [anomalyVersion, entityVersion, tickVersion, endVersion, commandVersion] as const;
