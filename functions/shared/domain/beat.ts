import { z } from 'zod';

/**
 * A document as a beat shipped it. Loose on purpose: modules add fields with every release, so only what
 * Offbeat itself reads is named, and a field of the wrong type is judged where it is read.
 */
export const beatSchema = z.looseObject({
  '@timestamp': z.string().optional(),
  agent: z.looseObject({}).optional(),
  event: z.looseObject({}).optional(),
  host: z.looseObject({}).optional(),
  metricset: z.looseObject({}).optional(),
});
export type Beat = z.infer<typeof beatSchema>;
