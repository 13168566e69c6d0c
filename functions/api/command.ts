import * as z from 'zod';
import { header, type OutgoingRecord } from '../shared/domain/record.ts';
import type { Layout } from '../shared/domain/settings.ts';
import { type Command, commandSchema, commandVersion } from '../shared/domain/signal.ts';
import { partitionOf, topics } from '../shared/domain/topics.ts';
import { read } from './query.ts';

/** What a client may leave to us: when it was, and when a silence begins. */
const givenSchema = z.looseObject({ atMs: z.unknown(), startsAtMs: z.unknown() }).partial();

/**
 * An operator's command as it was posted.
 * @param nowMs stands where the body names no `atMs` or, for a silence, no `startsAtMs`
 * @throws {Error} a 400 that names field, value and remedy
 */
export function readCommand(body: unknown, nowMs: number): Command {
  const given = read(givenSchema, body);
  const command = read(commandSchema, { atMs: nowMs, startsAtMs: nowMs, ...given });
  if (command.action === 'silence') {
    const ends = z.object({ endsAtMs: z.number().gt(command.startsAtMs, 'a silence must end after it starts') });
    read(ends, command);
  }
  return command;
}

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
