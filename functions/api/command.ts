import * as z from 'zod';
import { dayMs, minuteMs } from '../shared/domain/durations.ts';
import { latestDateMs } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { type Command, commandFields, commandSchema, commandVersion, silenceFault } from '../shared/domain/signal.ts';
import type { Layout } from '../shared/log/layout.ts';
import { header, type OutgoingRecord } from '../shared/log/record.ts';
import { partitionOf, topics } from '../shared/log/topics.ts';
import { readInput } from './parameters.ts';
import { Problem } from './problem.ts';

/** The fields that are read before the schema of the command is known. */
const givenSchema = z
  .looseObject({
    action: z.unknown(),
    atMs: z.unknown(),
    caller: z.never('is set by the server, from the identity that signed the request; leave it out'),
  })
  .partial();

/** The limits of the time of a command: a client's clock may be 5 minutes ahead, and a request may be repeated for a day. */
const aheadMsMax = 5 * minuteMs;
const agoMsMax = dayMs;

/**
 * Returns the operator's command that a request contains.
 * @param event the request, whose body was parsed
 * @param nowMs the time of the command if the body has no `atMs`
 * @throws {Problem} 400, with the field, its value and the remedy
 */
export function readCommand(event: CommandEvent, nowMs: number, { alerts }: Pick<Settings, 'alerts'>): Command {
  const given = readInput(givenSchema, event.body);
  const caller = callerOf(event.requestContext);
  const asked = { atMs: nowMs, ...given, ...(caller !== undefined && { caller }) };
  const command = readInput(commandSchema, asked, commandFields(given.action));
  readInput(timesSchema(nowMs), command);
  const fault = command.action === 'silence' ? silenceFault(command, alerts.silenceMax) : undefined;
  if (fault !== undefined) throw new Problem(400, fault);
  return command;
}

/** A request as a command needs it. */
export interface CommandEvent {
  readonly body?: unknown;
  readonly requestContext: object;
}

const callerSchema = z.object({
  authorizer: z.union([
    z.object({ iam: z.object({ userArn: z.string().min(1) }) }).transform(({ iam }) => iam.userArn),
    z
      .object({ jwt: z.object({ claims: z.object({ sub: z.string().min(1) }) }) })
      .transform(({ jwt }) => jwt.claims.sub),
    z.object({ lambda: z.object({ principalId: z.string().min(1) }) }).transform(({ lambda }) => lambda.principalId),
  ]),
});

/**
 * Returns the identity that API Gateway has checked: the ARN of a role or user, the subject of a token, or the
 * `principalId` that a function decided; `undefined` where the door checks none.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function callerOf(requestContext: object): string | undefined {
  const checked = callerSchema.safeParse(requestContext);
  return checked.success ? checked.data.authorizer.slice(0, 2_048) : undefined;
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
