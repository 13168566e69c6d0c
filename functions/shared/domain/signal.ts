import * as z from 'zod';
import { partitionsMax } from '../log/lane.ts';
import { type Anomaly, anomalyVersion } from './anomaly.ts';
import { durationText } from './durations.ts';
import { clusterSchema } from './entity.ts';
import { latestDateMs, scopeSchema, timeMsSchema } from './sample.ts';
import { matchersSchema, noteSchema, personSchema, silenceIdSchema } from './silence.ts';

/** Time as a record: on `samples` by lane, made of append time or by a replay; on `signals` passed on by every detect partition. */
export const tickSchema = z.object({
  /** `live`, or one replay's cluster. */
  scope: scopeSchema,
  timeMs: timeMsSchema,
  /** Which detect partition passed it on, of how many; only on `signals`. */
  detectPartition: z.int().min(0).optional(),
  detectPartitions: z.int().min(1).max(partitionsMax).optional(),
});
export type Tick = z.infer<typeof tickSchema>;
export const tickVersion = 'tick/1';

/** An empty record that moves a quiet partition of `beats` on: its append time is all that it says. */
export const heartbeatVersion = 'heartbeat/1';

/** The last record of a replay: its scope's minutes close, its alerts resolve and its state is forgotten. */
export const endVersion = 'end/1';

const commandBase = {
  /** Made by the client, so that a second try of the same request counts once. */
  id: silenceIdSchema,
  by: personSchema,
  /** When it was asked. */
  atMs: timeMsSchema,
  note: noteSchema.optional(),
  cluster: clusterSchema,
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
    /** Absent, or not later than `atMs`: from the moment it is applied, whatever stage time is then. */
    startsAtMs: timeMsSchema.optional(),
    endsAtMs: timeMsSchema,
  })
  .refine((silence) => silence.endsAtMs > silenceStartMs(silence), {
    path: ['endsAtMs'],
    error: 'a silence must end after it starts',
  });

/** What an operator asks of the alert stage; keyed by cluster on `signals`. */
export const commandSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...commandBase, action: z.literal('ack'), alertId: alertIdSchema }),
  z.strictObject({ ...commandBase, action: z.literal('resolve'), alertId: alertIdSchema }),
  silenceCommandSchema,
  z.strictObject({ ...commandBase, action: z.literal('unsilence'), silenceId: silenceIdSchema }),
]);
export type Command = z.infer<typeof commandSchema>;
export type SilenceCommand = Extract<Command, { action: 'silence' }>;
export const commandVersion = 'command/1';

/**
 * Returns what is wrong with the start or the length of a silence; `undefined` where nothing is.
 * @param maxMs `alerts.silenceMax`: how long a silence may last, and how far ahead it may start
 */
export function silenceFault(silence: SilenceCommand, maxMs: number): string | undefined {
  const { atMs, endsAtMs } = silence;
  const startMs = silenceStartMs(silence);
  const tooLate = (ms: number, latestMs: number): string =>
    `at most ${durationText(maxMs)} (alerts.silenceMax): expected ${iso(latestMs)} or earlier, got ${iso(ms)}`;
  if (startMs > atMs + maxMs) return `startsAtMs: a silence starts ahead by ${tooLate(startMs, atMs + maxMs)}`;
  if (endsAtMs > startMs + maxMs) return `endsAtMs: a silence lasts ${tooLate(endsAtMs, startMs + maxMs)}`;
  return undefined;
}

const iso = (ms: number): string => new Date(Math.min(ms, latestDateMs)).toISOString();

/** Returns the names of the fields that a command of this action has; none where there is no such action. */
export function commandFields(action: unknown): readonly string[] {
  const option = commandSchema.options.find(({ shape }) => shape.action.value === action);
  return option === undefined ? [] : Object.keys(option.shape);
}

/** What the alert stage reads. */
export type Signal =
  | {
      readonly kind: 'anomaly';
      readonly anomaly: Anomaly;
      readonly detectPartition: number;
      /** The newest tick of its lane when detect reported it; 0 if none had come. */
      readonly tickMs: number;
    }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'end'; readonly tick: Tick }
  | { readonly kind: 'command'; readonly command: Command };

export const signalVersions = [anomalyVersion, tickVersion, endVersion, commandVersion] as const;
