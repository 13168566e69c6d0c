import * as z from 'zod';
import { timeMsSchema } from './sample.ts';
import { noteSchema, personSchema } from './silence.ts';

/** The judgements of an operator on an alert, or on one of its anomalies. */
export const verdicts = ['useful', 'expected', 'noise', 'wrong cause'] as const;
export type Verdict = (typeof verdicts)[number];

/** The most judgements that an alert keeps, the newest ones. */
export const feedbackMax = 20;

export const feedbackSchema = z.object({
  verdict: z.enum(verdicts),
  by: personSchema,
  /** The stage time at which it was applied. Ms. */
  atMs: timeMsSchema,
  note: noteSchema.optional(),
  /** The anomaly that it is about; absent if it is about the whole alert. */
  anomalyId: z.string().optional(),
});
/** The judgement of one operator. It changes nothing by itself. */
export type Feedback = z.infer<typeof feedbackSchema>;

/** Returns an alert's feedback with another judgement, which replaces an earlier one of the same person on the same thing. */
export function withFeedback(known: readonly Feedback[] | undefined, added: Feedback): Feedback[] {
  const others = (known ?? []).filter(({ by, anomalyId }) => by !== added.by || anomalyId !== added.anomalyId);
  return [...others, added].slice(-feedbackMax);
}
