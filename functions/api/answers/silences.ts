import * as z from 'zod';
import { silenceSchema } from '../../shared/domain/silence.ts';
import { alertSummarySchema } from './alert-summary.ts';
import { next, note } from './answer.ts';

export const silenceAnswer = silenceSchema.meta({ id: 'Silence', description: 'A silence after its newest change.' });

const countedSilence = silenceSchema
  .extend({
    mutesNow: z
      .int()
      .describe('The number of alerts that are not resolved and that it mutes, alone or together with other silences.'),
    muted: z
      .int()
      .optional()
      .describe(
        'Once it is over: the number of alerts that it muted; absent where older alerts than are compared may be among them.',
      ),
  })
  .meta({ id: 'CountedSilence', description: 'A silence with what it mutes.' });

export const silencesAnswer = z.strictObject({ silences: z.array(countedSilence), next, note });

export const previewAnswer = z.strictObject({
  open: z.array(alertSummarySchema).describe('The alerts that it would mute now, the worst first, at most 50.'),
  openCount: z.int(),
  past30Days: z
    .strictObject({ count: z.int(), critical: z.int() })
    .describe('Those of the newest 1,000 alerts of the last 30 days that it would have muted, by their suspects.'),
  warnings: z.array(z.string()).describe('What matches nothing known, in sentences.'),
});
