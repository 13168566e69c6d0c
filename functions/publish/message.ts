import type { Alert } from '../shared/domain/alert.ts';
import { fitAlert } from '../shared/domain/fit-alert.ts';
import { transitionId } from '../shared/domain/ids.ts';
import { escapeOf, printableJson } from '../shared/domain/printable.ts';
import type { PublishedMessage } from '../shared/ports/publisher.ts';

/** SNS takes 256 KiB, attributes and subject included. */
export const bodyBytesMax = 250_000;

/**
 * SNS wants "less than 100 characters"; it refuses a subject with line breaks, and one beyond ASCII.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const subjectCharactersMax = 99;

/** One transition as SNS carries it: the body is the alert's JSON, the attributes serve filter policies. */
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

/** Characters beyond ASCII are escaped, so that two hosts do not have the same subject; no escape is cut in two. */
function subject(alert: Alert): string {
  let text = '';
  for (const character of `[${alert.severity}] ${alert.transition}: ${alert.title}`) {
    const next = /[\x20-\x7e]/.test(character) ? character : escapeOf(character);
    if (text.length + next.length > subjectCharactersMax) break;
    text += next;
  }
  return text;
}
