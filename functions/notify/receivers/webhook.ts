import { createPost } from '../../shared/adapters/http/post.ts';
import type { Alert } from '../../shared/domain/alert.ts';
import { fitAlert } from '../../shared/domain/fit-alert.ts';
import { printableJson } from '../../shared/domain/printable.ts';
import { compose, type OpenChannel } from '../channel.ts';
import { isStatus, judgeAnswer } from '../outcome.ts';
import { signatureHeaders } from '../sign.ts';

/** The largest body, in bytes: the limit that Standard Webhooks recommends. */
export const bodyBytesMax = 20_000;

/** The bytes that are reserved for `type`, `timestamp` and the braces around the alert. */
const frameBytes = 200;

/**
 * Returns the body of a request: `{ type, timestamp, data }`. It depends on the transition alone, so that every attempt sends
 * the same bytes.
 */
export function webhookBody(alert: Alert): string {
  return printableJson({
    type: `alert.${alert.transition}`,
    timestamp: new Date(alert.updatedAtMs).toISOString(),
    data: fitAlert(alert, bodyBytesMax - frameBytes),
  });
}

/** Opens the channel of a webhook, which sends signed POST requests. */
export const webhookChannel: OpenChannel<'webhook'> = (options, { secrets, clock, send = createPost() }) => ({
  timeoutMs: options.timeout,
  async send({ alert, id, signal }) {
    const body = compose(() => webhookBody(alert));
    const signature = signatureHeaders(await secrets.get(options.secret), id, clock.nowMs(), body);
    const answer = await send({
      url: options.url,
      headers: { 'content-type': 'application/json', 'user-agent': 'Offbeat', ...signature },
      body,
      timeoutMs: options.timeout,
      allowPrivate: options.allowPrivate,
      signal,
    });
    const outcome = judgeAnswer(answer, clock.nowMs());
    return isStatus(answer.status) ? { ...outcome, status: answer.status } : outcome;
  },
});
