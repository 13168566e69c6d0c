import * as z from 'zod';
import { type Anomaly, anomalyVersion } from './anomaly.ts';
import { clusterSchema } from './entity.ts';
import { partitionsMax } from './lane.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

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
  id: z.string().min(8).max(128),
  by: z.string().min(1).max(256),
  atMs: timeMsSchema,
  note: z.string().max(4096).optional(),
};

/** Entity path and labels to exact text or a glob with `*`; all must match. */
export const matchersSchema = z.record(z.string().min(1), z.string().min(1));
export type Matchers = z.infer<typeof matchersSchema>;

/** What an operator asks of the alert stage; keyed by cluster on `signals`. */
export const commandSchema = z.discriminatedUnion('action', [
  z.object({ ...commandBase, action: z.literal('ack'), cluster: clusterSchema, alertId: z.string().min(1) }),
  z.object({ ...commandBase, action: z.literal('resolve'), cluster: clusterSchema, alertId: z.string().min(1) }),
  z.object({
    ...commandBase,
    action: z.literal('silence'),
    cluster: clusterSchema,
    matchers: matchersSchema,
    startsAtMs: timeMsSchema,
    endsAtMs: timeMsSchema,
  }),
]);
export type Command = z.infer<typeof commandSchema>;
export const commandVersion = 'command/1';

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
