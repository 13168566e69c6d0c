import type { Alert } from '../shared/domain/alert.ts';
import { fitAlert } from '../shared/domain/fit-alert.ts';
import { transitionId } from '../shared/domain/ids.ts';
import { escapeOf, printableJson } from '../shared/domain/printable.ts';
import type { PublishedMessage } from '../shared/ports/publisher.ts';

/** The largest body, in bytes. SNS accepts 256 KiB, attributes and subject included. */
export const bodyBytesMax = 250_000;

/**
 * The longest subject, in characters. SNS requires "less than 100 characters", and refuses line breaks and any character
 * outside ASCII.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const subjectCharactersMax = 99;

/** Returns a transition as a message of SNS: its body is the alert as JSON, its attributes are for filter policies. */
export function toMessage(alert: Alert): PublishedMessage {
  return {
    id: transitionId(alert.id, alert.revision),
    group: alert.id,
    subject: subject(alert),
    body: printableJson(fitAlert(alert, bodyBytesMax)),
    attributes: {
      cluster: alert.entity.cluster,
      severity: alert.severity,
      status: alert.status,
      transition: alert.transition,
      kind: alert.entity.kind,
    },
  };
}

/**
 * Returns the subject. Characters outside ASCII are escaped and not left out, so that two hosts do not have the same subject. The
 * end is never in the middle of an escape.
 */
function subject(alert: Alert): string {
  let text = '';
  for (const character of `[${alert.severity}] ${alert.transition}: ${alert.title}`) {
    const next = /[\x20-\x7e]/.test(character) ? character : escapeOf(character);
    if (text.length + next.length > subjectCharactersMax) break;
    text += next;
  }
  return text;
}
