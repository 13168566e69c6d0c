import type { Alert } from '../shared/domain/alert.ts';
import { fitAlert } from '../shared/domain/fit-alert.ts';
import { transitionId } from '../shared/domain/ids.ts';
import type { PublishedMessage } from '../shared/ports/publisher.ts';

/** SNS takes 256 KiB, attributes and subject included. */
export const bodyBytesMax = 250_000;

/** SNS refuses a longer subject, and one with line breaks or beyond ASCII. */
const subjectCharactersMax = 100;

/** One transition as SNS carries it: the body is the alert's JSON, the attributes serve filter policies. */
export function toMessage(alert: Alert): PublishedMessage {
  return {
    id: transitionId(alert.id, alert.revision),
    group: alert.id,
    subject: subject(alert),
    body: JSON.stringify(fitAlert(alert, bodyBytesMax)),
    attributes: {
      cluster: alert.entity.cluster,
      severity: alert.severity,
      status: alert.status,
      transition: alert.transition,
      kind: alert.entity.kind,
    },
  };
}

function subject(alert: Alert): string {
  const text = `[${alert.severity}] ${alert.transition}: ${alert.title}`;
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, subjectCharactersMax);
}
