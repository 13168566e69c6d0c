import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type Alert, alertSchema } from '../functions/shared/domain/alert.ts';
import type { ApiDoor } from './api-door.ts';
import type { Console } from './console.ts';

export interface OperatorFlags {
  readonly by?: string;
  readonly note?: string;
}

/** Adds who asks, and why. */
export function withOperatorOptions(command: Command): Command {
  return command
    .option('--by <name>', 'who asks; who is logged in if not named')
    .option('--note <text>', 'why, for those who read the trace');
}

/** The fields that every operator's command has. */
export function signed({ by, note }: OperatorFlags, { env }: Console) {
  const who = by ?? env.USER ?? userInfo().username;
  return { id: randomUUID(), by: who, ...(note === undefined ? {} : { note }) };
}

/** @throws {FailedError} if there is no such alert */
export async function fetchAlert(door: ApiDoor, id: string): Promise<Alert> {
  return alertSchema.parse(await door.get(`/api/alerts/${encodeURIComponent(id)}`));
}
