import * as z from 'zod';
import { dayMs, minuteMs } from '../shared/domain/durations.ts';
import { latestDateMs } from '../shared/domain/sample.ts';
import type { Layout, Settings } from '../shared/domain/settings.ts';
import { type Command, commandFields, commandSchema, commandVersion, silenceFault } from '../shared/domain/signal.ts';
import { header, type OutgoingRecord } from '../shared/log/record.ts';
import { partitionOf, topics } from '../shared/log/topics.ts';
import { read, refusal } from './query.ts';

/** What a client may leave to us: when it was asked. */
const givenSchema = z.looseObject({ action: z.unknown(), atMs: z.unknown() }).partial();

/** A client's clock may be ahead of ours by this, and a request that is sent again is as old as its id is remembered. */
const aheadMsMax = 5 * minuteMs;
const agoMsMax = dayMs;

/**
 * An operator's command as it was posted.
 * @param nowMs stands where the body names no `atMs`
 * @throws {Error} a 400 that names field, value and remedy
 */
export function readCommand(body: unknown, nowMs: number, { alerts }: Pick<Settings, 'alerts'>): Command {
  const given = read(givenSchema, body);
  const command = read(commandSchema, { atMs: nowMs, ...given }, commandFields(given.action));
  read(timesSchema(nowMs), command);
  const fault = command.action === 'silence' ? silenceFault(command, alerts.silenceMax) : undefined;
  if (fault !== undefined) throw refusal(400, fault);
  return command;
}

/** What depends on now: the stage that applies the command has no clock. */
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

/** A command on topic `signals`: it has no position, so its own id keeps a second try from counting. */
export function commandRecord(command: Command, layout: Layout): OutgoingRecord {
  return {
    topic: topics.signals,
    partition: partitionOf(command.cluster, layout.partitions[topics.signals]),
    key: command.cluster,
    value: Buffer.from(JSON.stringify(command)),
    headers: { [header.schema]: commandVersion, [header.id]: command.id },
  };
}
