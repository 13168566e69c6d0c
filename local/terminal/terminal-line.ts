import { deliveryMessages } from '../../functions/notify/delivery-messages.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { LogLine } from '../memory-telemetry.ts';

/** The longest text of a detail: the message of an error is a sentence or two. */
const charactersMax = 400;

/** Details that contain the reason, in the order of preference. The first that exists ends the sentence. */
const reasons = ['message', 'error', 'detail'] as const;
/** Details that do not help at a terminal, or are in the sentence already. */
const leftOut: ReadonlySet<string> = new Set([...reasons, 'stack']);
/** Messages that {@link ReceiverLines} reports in fewer lines. */
const reportedElsewhere: ReadonlySet<string> = new Set(Object.values(deliveryMessages));

/**
 * Returns a line of the log as a sentence for a terminal, without its time:
 * `warning: persist failed: OpenSearch does not answer (stage persist, reason UNAVAILABLE)`.
 * @returns `undefined` for a message that {@link ReceiverLines} reports
 */
export function sentenceOf({ level, message, details = {} }: LogLine): string | undefined {
  if (reportedElsewhere.has(message)) return undefined;
  const why = reasons.map((name) => details[name]).find((value) => value !== undefined);
  const others = Object.entries(details).filter(([name, value]) => !leftOut.has(name) && value !== undefined);
  const about = others.map(([name, value]) => `${wordsOf(name)} ${textOf(value)}`).join(', ');
  return printable(
    `${level}: ${message}${why === undefined ? '' : `: ${textOf(why)}`}${about === '' ? '' : ` (${about})`}`,
  );
}

/** Returns a line with the time of the clock in front, in UTC as in alerts: `20:31:07 warning: …`. */
export function timedLine(text: string, clock: Pick<Clock, 'nowMs'>): string {
  return `${new Date(clock.nowMs()).toISOString().slice(11, 19)} ${text}`;
}

/** Returns the words of a name: `message id` for `messageId`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function textOf(value: unknown): string {
  if (value instanceof Error) return shownText(value.message, charactersMax);
  if (Array.isArray(value)) return value.map(textOf).join(' and ');
  return shownText(typeof value === 'object' ? JSON.stringify(value) : String(value), charactersMax);
}
