import * as z from 'zod';
import { dayMs, minuteMs } from '../shared/domain/durations.ts';
import { latestDateMs, timeMsSchema } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { type Command, commandFields, commandSchema, commandVersion, silenceFault } from '../shared/domain/signal.ts';
import { personSchema } from '../shared/domain/silence.ts';
import type { Layout } from '../shared/log/layout.ts';
import { header, type OutgoingRecord } from '../shared/log/record.ts';
import { partitionOf, topics } from '../shared/log/topics.ts';
import type { Caller } from './caller.ts';
import { readInput } from './parameters.ts';
import { Problem } from './problem.ts';

/** The fields that are read before the schema of the command is known. */
const givenSchema = z
  .looseObject({
    action: z.unknown(),
    atMs: z.unknown(),
    by: personSchema,
    caller: z.never('is set by the server, from the identity that signed the request; leave it out'),
  })
  .partial();

/** The limits of the time of a command: a client's clock may be 5 minutes ahead, and a request may be repeated for a day. */
const aheadMsMax = 5 * minuteMs;
const agoMsMax = dayMs;

/** The name of who acts where the client names nobody and nobody was asked to log in. */
const nobody = 'anonymous';

/**
 * Returns the operator's command that a request contains. Who acts is the caller whose identity was checked; where that is
 * not one person, as with the token of a role, it is `by` of the body, by default the caller's name.
 * @param given the JSON of the body
 * @param nowMs the time of the command if the body has no `atMs`
 * @throws {Problem} 400, with the field, its value and the remedy
 */
export function readCommand(
  given: unknown,
  caller: Caller,
  nowMs: number,
  { alerts }: Pick<Settings, 'alerts'>,
): Command {
  const fields = readInput(givenSchema, given);
  const { name = nobody, identity, isPerson } = caller;
  const by = isPerson ? name : (fields.by ?? name);
  const asked = { atMs: nowMs, ...fields, by, ...(identity !== undefined && { caller: identity }) };
  const command = readInput(commandSchema, asked, commandFields(fields.action));
  readInput(timesSchema(nowMs), command);
  const fault = command.action === 'silence' ? silenceFault(command, alerts.silenceMax) : undefined;
  if (fault !== undefined) throw new Problem(400, fault);
  return command;
}

/** The fields that every command has, as a client sends them. */
const clientFields = {
  by: personSchema
    .optional()
    .describe(
      'Who acts. Only used where the caller is not one person, as on the machine itself or with the token of a role.',
    ),
  atMs: timeMsSchema
    .optional()
    .describe('The time of the command, from a day ago to 5 minutes ahead. Default: now. Ms since 1970.'),
};

/** The body of a request with a command, for the documentation. {@link readCommand} checks it. */
export const commandBodySchema = z
  .discriminatedUnion('action', mapped(commandSchema.options))
  .meta({ id: 'Command', description: 'An action of an operator. A field that its action does not have is refused.' });

type Options = typeof commandSchema.options;

function mapped(options: Options) {
  const bodies = options.map(({ shape: { caller: _, ...shape } }) => z.strictObject({ ...shape, ...clientFields }));
  return bodies as unknown as readonly [z.ZodObject<Options[number]['shape']>];
}

/** Returns the checks that depend on the current time. They are done here because the alert stage has no clock. */
function timesSchema(nowMs: number) {
  const [oldestMs, newestMs] = [Math.max(0, nowMs - agoMsMax), Math.min(nowMs + aheadMsMax, latestDateMs)];
  const asked = `expected a time from ${isoOf(oldestMs)} to ${isoOf(newestMs)}, in ms; or leave it out, which is now`;
  const inFuture = `a silence must end in the future; expected ms after ${nowMs} (${isoOf(nowMs)})`;
  return z.looseObject({
    atMs: z.number().min(oldestMs, asked).max(newestMs, asked),
    endsAtMs: z.number().gt(nowMs, inFuture).optional(),
  });
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Returns the record of a command for topic `signals`. It has no position, so the alert stage recognises a repeat by its id. */
export function commandRecord(command: Command, layout: Layout): OutgoingRecord {
  return {
    topic: topics.signals,
    partition: partitionOf(command.cluster, layout.partitions[topics.signals]),
    key: command.cluster,
    value: Buffer.from(JSON.stringify(command)),
    headers: { [header.schema]: commandVersion, [header.id]: command.id },
  };
}
