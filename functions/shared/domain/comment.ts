import * as z from 'zod';
import { nameSchema } from './name.ts';
import { timeMsSchema } from './sample.ts';
import { personSchema, silenceIdSchema } from './silence.ts';

/** The most comments that an alert keeps, the newest ones. */
export const commentsMax = 50;

export const commentTextSchema = nameSchema(1, 4_096);

export const commentSchema = z.object({
  /** The id of the command that made it. */
  id: silenceIdSchema,
  by: personSchema,
  /** The stage time at which it was applied. Ms. */
  atMs: timeMsSchema,
  text: commentTextSchema,
});
/** A remark of an operator on an alert. It changes nothing by itself. */
export type Comment = z.infer<typeof commentSchema>;

/** Returns an alert's comments with one more, which is kept once by its id. */
export function withComment(known: readonly Comment[] | undefined, added: Comment): Comment[] {
  const others = (known ?? []).filter(({ id }) => id !== added.id);
  return [...others, added].slice(-commentsMax);
}
