import * as z from 'zod';

/** A time in an answer, ms since 1970. */
export const timeMs = z.number().describe('Ms since 1970.');

/** A sentence about what an answer does not contain. */
export const note = z.string().optional().describe('A sentence about what is not known or left out.');

/** The position after the last result, for the next request. */
export const next = z
  .string()
  .optional()
  .describe('Where the list goes on: the `cursor` of the next request. Absent at the end.');
