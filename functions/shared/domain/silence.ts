import * as z from 'zod';
import { clusterSchema } from './entity.ts';
import { nameSchema } from './name.ts';
import { scopeSchema, timeMsSchema } from './sample.ts';

/** `pending`: its start is still to come. `active`: it mutes. `over`: its end has come, or somebody ended it. */
export const silenceStates = ['pending', 'active', 'over'] as const;
export type SilenceState = (typeof silenceStates)[number];

/** The id of a silence is the id of the command that made it. It is typed on a command line, so it holds no white space. */
export const silenceIdSchema = z
  .string()
  .regex(/^[\w.:-]{8,128}$/, 'expected 8 to 128 letters, digits, dots, colons, dashes or underscores');

/** The name of who acts. */
export const personSchema = nameSchema(1, 256);
export const noteSchema = nameSchema(0, 1_024);

/** Each of a thousand silences of a cluster is kept in memory with its matchers. */
const matchersMax = 10;

/** A label, or `entity` for the path of the entity, to exact text or a glob with `*`; all must match. */
export const matchersSchema = z
  .record(nameSchema(1, 256), nameSchema(1, 1_024))
  .refine((matchers) => Object.keys(matchers).length >= 1, {
    error: 'expected at least one matcher, such as {"entity":"prod/host/*"}',
  })
  .refine((matchers) => Object.keys(matchers).length <= matchersMax, {
    error: `expected at most ${matchersMax} matchers`,
  });
export type Matchers = z.infer<typeof matchersSchema>;

/** A silence after its newest change. Each change is one record on topic `alerts`, keyed by cluster. */
export const silenceSchema = z.object({
  id: silenceIdSchema,
  cluster: clusterSchema,
  /** Rises by one with every change, from 1. */
  revision: z.int().min(1),
  state: z.enum(silenceStates),
  by: personSchema,
  note: noteSchema.optional(),
  matchers: matchersSchema,
  /** When it was asked for; fixed. */
  createdAtMs: timeMsSchema,
  /** A start that was not later than `createdAtMs` is `createdAtMs`: such a silence holds from when it was applied. */
  startsAtMs: timeMsSchema,
  endsAtMs: timeMsSchema,
  /** Time of this change: stage time, or of the command where no tick had come. */
  updatedAtMs: timeMsSchema,
  /** Who ended it before its end, and why. */
  endedBy: personSchema.optional(),
  endNote: noteSchema.optional(),
  scope: scopeSchema,
});
export type SilenceRecord = z.infer<typeof silenceSchema>;
export const silenceVersion = 'silence/1';
