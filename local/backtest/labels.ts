import { closeSync, openSync, readSync } from 'node:fs';
import * as z from 'zod';
import { check } from '../../functions/shared/domain/check.ts';
import { type EntityKind, entityKinds } from '../../functions/shared/domain/entity.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { nameSchema } from '../../functions/shared/domain/name.ts';
import { parseTime } from '../../functions/shared/time/parse-time.ts';

/** An entity of a recording: `kind/name`, without the cluster, which the replay chooses. */
export interface LabelledEntity {
  readonly kind: EntityKind;
  readonly name: string;
}

const entityText = `expected kind/name with a kind of ${entityKinds.join(', ')}, such as host/db-1`;
const timeText = 'expected a time of RFC 3339, such as 2026-11-23T15:12:39Z';

const entityTextSchema = z.string().transform((text, context): LabelledEntity => {
  const slash = text.indexOf('/');
  const kind = entityKinds.find((each) => each === text.slice(0, slash));
  const name = nameSchema(1, 512).safeParse(text.slice(slash + 1));
  if (kind !== undefined && name.success) return { kind, name: name.data };
  context.addIssue({ code: 'custom', message: entityText });
  return z.NEVER;
});

const momentSchema = z.string({ error: timeText }).transform((text, context) => {
  const timeMs = parseTime(text);
  if (timeMs !== undefined) return timeMs;
  context.addIssue({ code: 'custom', message: timeText });
  return z.NEVER;
});

const textSchema = nameSchema(1, 128);
const notBefore = { error: 'expected a time that is not before start', path: ['end'] };

const incidentSchema = z
  .object({
    id: textSchema,
    kind: textSchema.optional(),
    start: momentSchema,
    end: momentSchema,
    /** The entity of the cause, under each name that would be right, such as a chunkserver and its host. */
    entities: z.array(entityTextSchema).max(100).default([]),
  })
  .refine(({ start, end }) => end >= start, notBefore);

const benignSchema = z
  .object({ kind: textSchema, start: momentSchema, end: momentSchema })
  .refine(({ start, end }) => end >= start, notBefore);

const labelsSchema = z.object({
  /** Seconds between two collections, by which a page may miss an incident's times. */
  period_s: z.number().positive().max(86_400).default(10),
  incidents: z
    .array(incidentSchema)
    .max(10_000)
    .refine((incidents) => new Set(incidents.map(({ id }) => id)).size === incidents.length, {
      error: 'expected a different id for each incident',
    }),
  /** Lists normal work that looks like an incident. A page during it is false, and is counted under its kind. */
  benign: z.array(benignSchema).max(10_000).default([]),
  /** Entities whose alerts are not counted, because the labels do not cover them. */
  ignored: z.array(entityTextSchema).max(1_000).default([]),
});

export type Labels = z.output<typeof labelsSchema>;
export type Incident = Labels['incidents'][number];

/**
 * Reads the labels of a recording. Fields that are not known, such as notes, are left out.
 * @throws {UsageError} if the file cannot be read or is wrong: the file, the field, the value and what was expected
 */
export function readLabels(path: string): Labels {
  return parseLabels(textOf(path), path);
}

/**
 * Returns the labels that a text of JSON contains.
 * @param name the name of the file in messages
 * @throws {UsageError} as {@link readLabels}
 */
export function parseLabels(text: string, name: string): Labels {
  const checked = check(labelsSchema, parsed(text, name), 'labels');
  if ('faults' in checked) throw new UsageError(`${name}: ${checked.faults}; docs/cli.md describes labels`);
  return checked.value;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name}: not JSON: ${messageOf(error)}; expected one object with incidents`, {
      cause: error,
    });
  }
}

/** The largest file of labels, bytes: more than 10,000 incidents need. A device may have no end. */
const labelsBytesMax = 16 * 1024 * 1024;

function textOf(path: string): string {
  let text: string | undefined;
  try {
    text = textUpTo(path, labelsBytesMax);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}; name a file of labels with --labels`, {
      cause: error,
    });
  }
  if (text === undefined) throw new UsageError(`${path} is larger than 16 MiB; name a file of labels with --labels`);
  return text;
}

/** Returns the content of a file or a pipe; `undefined` if it has more bytes. */
function textUpTo(path: string, bytesMax: number): string | undefined {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes <= bytesMax; ) {
      const chunk = Buffer.alloc(65_536);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, read));
      bytes += read;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
