import { STATUS_CODES } from 'node:http';
import * as z from 'zod';

/** The content type of a problem. */
export const problemType = 'application/problem+json';

/**
 * The reason why a request gets no answer, as the HTTP API returns it.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('The words for the status.'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('The field, the expected value and the given one, or the remedy.'),
    note: z.string().optional().describe('A sentence about what this deployment does not know.'),
  })
  .meta({ id: 'Problem', description: 'Why a request gets no answer (RFC 9457).' });
export type ProblemDetails = z.infer<typeof problemSchema>;

/** Returns a problem: `{ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "limit: expected …" }`. */
export function problemDetails(status: number, detail: string, note?: string): ProblemDetails {
  const title = STATUS_CODES[status] ?? `Status ${status}`;
  return { type: 'about:blank', title, status, detail, ...(note !== undefined && { note }) };
}
