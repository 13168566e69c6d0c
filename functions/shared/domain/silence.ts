import * as z from 'zod';
import { clusterSchema } from './entity.ts';
import { nameSchema } from './name.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

/**
 * The states of a silence. `pending`: it has not started. `active`: it mutes. `over`: it has ended, by its time or by an
 * operator.
 */
export const silenceStates = ['pending', 'active', 'over'] as const;
export type SilenceState = (typeof silenceStates)[number];

/** The id of a silence, which is the id of the command that made it. People type it, so it contains no white space. */
export const silenceIdSchema = z
  .string()
  .regex(/^[\w.:-]{8,128}$/, 'expected 8 to 128 letters, digits, dots, colons, dashes or underscores');

/** The name of the person who acts. */
export const personSchema = nameSchema(1, 256);
export const noteSchema = nameSchema(0, 1_024);

/** The largest number of matchers. A cluster may have a thousand silences, which are kept in memory with their matchers. */
const matchersMax = 10;

/** The matchers of a silence, all of which must match: a label, or `entity` for its path, with a text or a glob with `*`, where `[*]` is a star. */
export const matchersSchema = z
  .record(nameSchema(1, 256), nameSchema(1, 1_024))
  .refine((matchers) => Object.keys(matchers).length >= 1, {
    error: 'expected at least one matcher, such as {"entity":"prod/host/*"}',
  })
  .refine((matchers) => Object.keys(matchers).length <= matchersMax, {
    error: `expected at most ${matchersMax} matchers`,
  });
export type Matchers = z.infer<typeof matchersSchema>;

/** A silence after its newest change. Each change is one record on topic `alerts`; its key is the cluster. */
export const silenceSchema = z.object({
  id: silenceIdSchema,
  cluster: clusterSchema,
  /** Rises by one with every change, from 1. */
  revision: z.int().min(1),
  state: z.enum(silenceStates),
  by: personSchema,
  note: noteSchema.optional(),
  matchers: matchersSchema,
  /** The time at which the operator asked for it; it never changes. Ms. */
  createdAtMs: timeMsSchema,
  /** The start. It is `createdAtMs` if the command has no later one: such a silence mutes as soon as it is applied. Ms. */
  startsAtMs: timeMsSchema,
  endsAtMs: timeMsSchema,
  /** The time of this change: stage time or, before the first tick, the time of the command. Ms. */
  updatedAtMs: timeMsSchema,
  /** The person who ended it early, and the next field is that person's note. */
  endedBy: personSchema.optional(),
  endNote: noteSchema.optional(),
  scope: scopeSchema,
});
export type SilenceRecord = z.infer<typeof silenceSchema>;
export const silenceVersion = 'silence/1';
