import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { SilenceRecord } from '../../../shared/domain/silence.ts';
import { Problem } from '../../problem.ts';

/** The most alerts whose ids a cursor contains: one that is resolved meanwhile is found by its id. */
const idsMax = 100;

/** The most characters of a cursor, more than those of 100 ids. */
const charactersMax = 8_000;

const cursorSchema = z.strictObject({
  /** A digest of the alerts that are not resolved, and of the last resolved ones, with their revisions. */
  alerts: z.string(),
  silences: z.string(),
  inventory: z.string(),
  /** The ids of alerts that are not resolved. */
  open: z.array(z.string()).max(idsMax),
});

/** The contents of the answer before, so that the next one says what is new. */
export type Cursor = z.infer<typeof cursorSchema>;

/** Things with a revision. */
interface Revised {
  readonly id: string;
  readonly revision: number;
}

/** The things that a cursor is made of. */
export interface Seen {
  readonly open: readonly Pick<Alert, 'id' | 'revision'>[];
  readonly resolved: readonly Pick<Alert, 'id' | 'revision'>[];
  readonly silences: readonly Pick<SilenceRecord, 'id' | 'revision'>[];
  /** A text for each component with a fault. */
  readonly faults: readonly string[];
}

export function cursorOf({ open, resolved, silences, faults }: Seen): Cursor {
  return {
    alerts: digest([...open, ...resolved].map(revisionText)),
    silences: digest(silences.map(revisionText)),
    inventory: digest(faults),
    open: open.map(({ id }) => id).slice(0, idsMax),
  };
}

const revisionText = ({ id, revision }: Revised): string => `${id} ${revision}`;

const digest = (texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts.toSorted())).digest('base64url').slice(0, 16);

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Reads a cursor. @throws {Problem} 400, if it is none that {@link writeCursor} wrote */
export function readCursor(text: string): Cursor {
  try {
    if (text.length > charactersMax) throw new Error('too long');
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new Problem(400, 'after: expected a cursor of /api/overview or of an earlier /api/changes');
  }
}
