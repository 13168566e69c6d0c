import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import * as z from 'zod';
import { type Alert, alertSchema } from '../functions/shared/domain/alert.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { shown } from '../functions/shared/domain/shown.ts';
import { type SilenceRecord, silenceSchema } from '../functions/shared/domain/silence.ts';
import { FailedError } from '../local/failed-error.ts';
import { type ApiClient, ApiRefusal } from './api-client.ts';
import type { Terminal } from './terminal.ts';

export interface OperatorFlags {
  readonly by?: string;
  readonly note?: string;
}

/** Adds the options for who acts, and why. */
export function withOperatorOptions(command: Command): Command {
  return command
    .option('--by <name>', 'who acts; default: the user who is logged in')
    .option('--note <text>', 'why; it is shown in the trace of the alert');
}

/** Returns the fields that every operator's command has: its id, who acts, and the note. */
export function signed({ by, note }: OperatorFlags, { env }: Terminal) {
  const who = by ?? env.USER ?? userInfo().username;
  return { id: randomUUID(), by: who, ...(note === undefined ? {} : { note }) };
}

const acceptedSchema = z.object({ warnings: z.array(z.string()).default([]) });

/**
 * Posts a command, and prints the API's warnings on standard error.
 * @throws {UsageError} if a silence lasts too long. The message names `--for`, from which its end is calculated
 */
export async function postCommand(api: ApiClient, command: object, terminal: Terminal): Promise<void> {
  const answer = await api.post('/api/commands', command).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal) || error.status !== 400 || !error.message.startsWith('endsAtMs: ')) throw error;
    throw new UsageError(error.message.replace('endsAtMs', '--for'), { cause: error });
  });
  const { warnings } = acceptedSchema.parse(answer);
  for (const warning of warnings) terminal.warn(`warning: ${warning}`);
}

/** Returns an alert by its id. @throws {FailedError} if there is no such alert */
export async function fetchAlert(api: ApiClient, id: string): Promise<Alert> {
  const answer = await fetchOrFail(api, `/api/alerts/${encodeURIComponent(id)}`, {
    missing: `there is no alert ${shown(id)}; "npx offbeat alerts" lists their ids`,
  });
  return alertSchema.parse(answer);
}

/** Returns a silence by its id. @throws {FailedError} if there is no such silence */
export async function fetchSilence(api: ApiClient, id: string): Promise<SilenceRecord> {
  const answer = await fetchOrFail(api, `/api/silences/${encodeURIComponent(id)}`, {
    missing: `there is no silence ${shown(id)}; "npx offbeat silences" lists their ids, a new one after a few seconds`,
  });
  return silenceSchema.parse(answer);
}

/** Replaces the API's message about a missing document: it names a path, which means nothing on a command line. */
async function fetchOrFail(api: ApiClient, path: string, { missing }: { readonly missing: string }): Promise<unknown> {
  try {
    return await api.get(path);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) {
      throw new FailedError(error.note === undefined ? missing : `${missing}; ${error.note}`, { cause: error });
    }
    throw error;
  }
}
