import * as z from 'zod';

/**
 * A document as a beat shipped it. Loose on purpose: modules add fields with every release, nested or flat, so only the
 * time is described; what else a reader needs it judges where it reads it.
 */
export const beatSchema = z.looseObject({ '@timestamp': z.union([z.string(), z.number()]).nullish() });
export type Beat = z.infer<typeof beatSchema>;

/** Of Offbeat's own collectors; a foreign beat has no such header. */
export const beatVersion = 'beat/1';
