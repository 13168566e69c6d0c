import type { Accepted, Command } from '../api/alert-types.ts';
import { ApiProblem, postJson } from '../api/client.ts';

/** The longest time that one attempt may take, ms. */
const answerMs = 5_000;
/** The statuses after which a command is sent again: no answer, and a server or a gateway that is too busy. */
const passing: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);

/** The number of times that a command is sent, and the pause between them. */
export interface Tries {
  /** The number of times, from 1. @default 3 */
  readonly max?: number;
  /** The pause before the next time, ms. @default 1 s */
  readonly pauseMs?: number;
}

/**
 * Sends a command until the server has answered it. Its id stays the same, so that it counts once however often it is sent.
 * @throws {ApiProblem} if it was refused, or if it has used up its tries
 */
export async function sendCommand(command: Command, { max = 3, pauseMs = 1_000 }: Tries = {}): Promise<Accepted> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await postJson<Accepted>('/api/commands', command, { answerMs });
    } catch (error) {
      if (tries >= max || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Returns whether a failure may pass by itself. */
export const isPassing = (error: unknown): boolean => error instanceof ApiProblem && passing.has(error.status);

/** Returns an id for a command. Without TLS a browser has no `randomUUID`, but it has random numbers. */
export function newId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
