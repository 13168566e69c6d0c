import { deliveryMessages } from '../../functions/notify/delivery-messages.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { LogLine } from '../memory-telemetry.ts';

/** A detail's longest text: an error's message is a sentence or two. */
const charactersMax = 400;

/** Details that say why, in the order in which they are looked for; the first that is there ends the sentence. */
const whys = ['message', 'error', 'detail'] as const;
/** Details that say nothing to who reads a terminal. */
const leftOut: ReadonlySet<string> = new Set([...whys, 'stack']);
/** What {@link ReceiverLines} says in fewer lines. */
const saidElsewhere: ReadonlySet<string> = new Set(Object.values(deliveryMessages));

/**
 * A line of the log as a sentence for a terminal, without its time:
 * `warning: persist failed: OpenSearch does not answer (stage persist, reason UNAVAILABLE)`.
 * @returns `undefined` for what is said of receivers elsewhere
 */
export function sentenceOf({ level, message, details = {} }: LogLine): string | undefined {
  if (saidElsewhere.has(message)) return undefined;
  const why = whys.map((name) => details[name]).find((value) => value !== undefined);
  const others = Object.entries(details).filter(([name, value]) => !leftOut.has(name) && value !== undefined);
  const about = others.map(([name, value]) => `${wordsOf(name)} ${textOf(value)}`).join(', ');
  return printable(
    `${level}: ${message}${why === undefined ? '' : `: ${textOf(why)}`}${about === '' ? '' : ` (${about})`}`,
  );
}

/** A line with the clock's time in front, in UTC as in alerts: `20:31:07 warning: …`. */
export function timedLine(text: string, clock: Pick<Clock, 'nowMs'>): string {
  return `${new Date(clock.nowMs()).toISOString().slice(11, 19)} ${text}`;
}

/** `messageId` to `message id`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function textOf(value: unknown): string {
  if (value instanceof Error) return shownText(value.message, charactersMax);
  if (Array.isArray(value)) return value.map(textOf).join(' and ');
  return shownText(typeof value === 'object' ? JSON.stringify(value) : String(value), charactersMax);
}
