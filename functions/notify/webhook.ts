import type { Post } from '../shared/adapters/http/post.ts';
import type { Alert } from '../shared/domain/alert.ts';
import { fitAlert } from '../shared/domain/fit-alert.ts';
import { printableJson } from '../shared/domain/printable.ts';
import type { Receiver } from '../shared/domain/settings.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Secrets } from '../shared/ports/secrets.ts';
import { type Channel, compose } from './channel.ts';
import { isStatus, judgeAnswer } from './outcome.ts';
import { signatureHeaders } from './sign.ts';

/** Of a whole body; what Standard Webhooks recommends. */
export const bodyBytesMax = 20_000;

/** For `type`, `timestamp` and the braces around the alert. */
const frameBytes = 200;

export type WebhookReceiver = Extract<Receiver, { webhook: unknown }>;

/**
 * The body of the generic webhook: `{ type, timestamp, data }`. It depends on nothing but the transition, so that
 * every try sends the same bytes.
 */
export function webhookBody(alert: Alert): string {
  return printableJson({
    type: `alert.${alert.transition}`,
    timestamp: new Date(alert.updatedAtMs).toISOString(),
    data: fitAlert(alert, bodyBytesMax - frameBytes),
  });
}

/** A receiver that takes signed POSTs. */
export function webhookChannel({ webhook }: WebhookReceiver, post: Post, secrets: Secrets, clock: Clock): Channel {
  return {
    timeoutMs: webhook.timeout,
    async send({ alert, id, signal }) {
      const body = compose(() => webhookBody(alert));
      const signature = signatureHeaders(await secrets.get(webhook.secret), id, clock.nowMs(), body);
      const answer = await post({
        url: webhook.url,
        headers: { 'content-type': 'application/json', 'user-agent': 'Offbeat', ...signature },
        body,
        timeoutMs: webhook.timeout,
        allowPrivate: webhook.allowPrivate,
        signal,
      });
      const outcome = judgeAnswer(answer, clock.nowMs());
      return isStatus(answer.status) ? { ...outcome, status: answer.status } : outcome;
    },
  };
}
