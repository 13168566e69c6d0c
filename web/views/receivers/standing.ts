import type { ReceiverHealth } from '../../api/types.ts';
import { capitalised, listed, numberWord } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';

/** Returns whether nothing was sent to a receiver yet, as far as the warehouse knows: whether it works is not known. */
export const isUntried = ({ status, lastSuccessMs, deliveredLastHour }: ReceiverHealth): boolean =>
  status === 'ok' && lastSuccessMs === undefined && deliveredLastHour !== null;

/** Returns the glyph of a receiver. */
export function receiverGlyph(receiver: ReceiverHealth): StatusGlyph {
  if (receiver.status === 'failing') return 'down';
  if (receiver.status === 'refusing' || receiver.givenUp > 0) return 'warning';
  return isUntried(receiver) ? 'unknown' : 'ok';
}

/** Returns the last answer of a receiver, with the status of HTTP where it has one: `server error 503`. */
export function answerText(receiver: ReceiverHealth): string {
  const { reason, answeredStatus, lastSuccessMs } = receiver;
  if (reason !== undefined) return withStatus(reason, answeredStatus);
  if (isUntried(receiver)) return 'nothing sent yet';
  return lastSuccessMs === undefined ? 'not known' : 'accepted';
}

/** Returns a reason with the status of HTTP behind it, unless it has it already. */
export const withStatus = (reason: string, status: number | undefined): string =>
  status === undefined || reason.includes(String(status)) ? reason : `${reason} ${status}`;

/** The lines of the settings that make a receiver. */
export const exampleReceiver =
  'receivers:\n  - name: ops-chat\n    webhook:\n      url: https://chat.example.com/hooks/offbeat\n      secret: env:OPS_CHAT_SECRET';

/** The sentence about receivers of which none fails. */
export interface CalmReceivers {
  readonly glyph: 'ok' | 'unknown';
  readonly say: string;
  readonly sub: string;
}

/** Returns what is known of receivers of which none fails: of those that nothing was sent to, nothing is. @param receivers at least one */
export function calmReceivers(receivers: readonly ReceiverHealth[]): CalmReceivers {
  const untried = receivers.filter(isUntried);
  const given = receivers.some(({ givenUp }) => givenUp > 0)
    ? 'Some messages were given up before; they are below.'
    : 'Nothing was given up.';
  if (untried.length === 0) {
    const who =
      receivers.length === 1
        ? `${receivers[0]!.name} took its`
        : receivers.length === 2
          ? 'Both receivers took their'
          : `All ${numberWord(receivers.length)} receivers took their`;
    return { glyph: 'ok', say: `${who} last message.`, sub: given };
  }
  const names = untried.map(({ name }) => name);
  return {
    glyph: 'unknown',
    say: `Nothing was sent to ${listed(names)} yet.`,
    sub: `${capitalised(names.length === 1 ? 'its' : 'their')} address and secret are checked by the first message: send a test. ${given}`,
  };
}
