import * as z from 'zod';
import { clusterSchema } from '../shared/domain/entity.ts';
import { timeMsSchema } from '../shared/domain/sample.ts';
import { matchersSchema } from '../shared/domain/silence.ts';

/** The silence of which a client asks what it would mute. */
export const previewBody = z.strictObject({
  cluster: clusterSchema,
  matchers: matchersSchema,
  also: z
    .array(matchersSchema)
    .max(10)
    .optional()
    .describe(
      'The matchers of silences that are made together with it: an alert is muted when each of its anomalies is matched by one of them.',
    ),
  startsAtMs: timeMsSchema.optional(),
  endsAtMs: timeMsSchema,
});

/** The given-up messages that a client wants sent again. */
export const redriveMessagesBody = z.strictObject({
  receiver: z.string().min(1).max(64),
  ids: z
    .array(z.string().min(1).max(128))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Ids of alerts. Default: all messages.'),
});

/** The dead letters that a client wants sent back. */
export const redriveLettersBody = z.strictObject({
  reason: z.string().min(1).max(256),
  stage: z.string().min(1).max(64),
});
