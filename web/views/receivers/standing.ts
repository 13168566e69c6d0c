import { leadingNumber } from '../../alerts/words.ts';
import type { ReceiverHealth } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { momentText, type Zone } from '../../format/moment.ts';
import { capitalised, listed, numberWord } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';

/** Returns whether nothing was sent to a receiver yet, as far as the warehouse knows: whether it works is not known. */
export const isUntried = ({ status, lastSuccessMs, deliveredLastHour }: ReceiverHealth): boolean =>
  status === 'ok' && lastSuccessMs === undefined && deliveredLastHour !== null;

/** Returns whether what a receiver was sent is not known: there is no warehouse, or it did not answer. */
export const isUnknown = ({ status, lastSuccessMs, deliveredLastHour }: ReceiverHealth): boolean =>
  status === 'ok' && lastSuccessMs === undefined && deliveredLastHour === null;

/** Returns the glyph of a receiver. */
export function receiverGlyph(receiver: ReceiverHealth): StatusGlyph {
  if (receiver.status === 'failing') return 'down';
  if (receiver.status === 'refusing' || receiver.givenUp > 0) return 'warning';
  return isUntried(receiver) || isUnknown(receiver) ? 'unknown' : 'ok';
}

const order: readonly StatusGlyph[] = ['down', 'warning', 'unknown', 'ok'];
const rank = (receiver: ReceiverHealth): number => order.indexOf(receiverGlyph(receiver));

/** Returns receivers, those that fail first, then those that refuse messages or had some given up. */
export const worstFirst = (receivers: readonly ReceiverHealth[]): readonly ReceiverHealth[] =>
  receivers.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));

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

/** The sentence about receivers. */
export interface ReceiversSentence {
  readonly glyph: 'ok' | 'unknown' | 'warning' | 'down';
  readonly say: string;
  readonly sub: string;
  readonly meaning: string;
  /** The name of the receiver that is in trouble. */
  readonly inTrouble?: string;
}

interface Told {
  readonly nowMs: number;
  readonly zone: Zone;
}

/** Returns whether everyone gets their messages. @param receivers at least one, the worst first */
export function judgeReceivers(receivers: readonly ReceiverHealth[], told: Told): ReceiversSentence {
  const worst = receivers.find(({ status }) => status !== 'ok');
  return worst === undefined ? calmReceivers(receivers) : troubleOf(worst, receivers, told);
}

function troubleOf(worst: ReceiverHealth, all: readonly ReceiverHealth[], { nowMs, zone }: Told): ReceiversSentence {
  const { name, type, status, failingSinceMs, waiting } = worst;
  const fine = all.filter((each) => each.status === 'ok' && !isUntried(each) && !isUnknown(each)).length;
  const others =
    fine === 0
      ? 'No other receiver is known to be reachable.'
      : `${leadingNumber(fine)} of ${numberWord(all.length)} ${fine === 1 ? 'is' : 'are'} reachable.`;
  const verb = status === 'failing' ? 'has taken no message' : 'refuses messages';
  const since = failingSinceMs === undefined ? '' : ` for ${durationText(nowMs - failingSinceMs)}`;
  const from = failingSinceMs === undefined ? '' : ` Since ${momentText(failingSinceMs, zone, nowMs)}.`;
  const waits = waiting === 0 ? 'nothing waits' : `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}`;
  return {
    glyph: status === 'failing' ? 'down' : 'warning',
    say: `${capitalised(type)} ${name} ${verb}${since}; ${waits}.`,
    sub: `Last try: ${answerText(worst)}.${from} ${others} A receiver that fails holds up no other.`,
    meaning: `${name} ${verb}; ${waits}.`,
    inTrouble: name,
  };
}

/** Returns what is known of receivers of which none fails: of those that nothing was sent to, nothing is. */
function calmReceivers(receivers: readonly ReceiverHealth[]): ReceiversSentence {
  const given = receivers.some(({ givenUp }) => givenUp > 0)
    ? 'Some messages were given up before; they are below.'
    : 'Nothing was given up.';
  const untried = receivers.filter(isUntried).map(({ name }) => name);
  if (untried.length > 0) {
    const say = `Nothing was sent to ${listed(untried)} yet.`;
    const sub = `${untried.length === 1 ? 'Its' : 'Their'} address and secret are checked by the first message: send a test. ${given}`;
    return { glyph: 'unknown', say, sub, meaning: say };
  }
  const unknown = receivers.filter(isUnknown).map(({ name }) => name);
  if (unknown.length > 0) {
    const say = `Whether ${listed(unknown)} took ${unknown.length === 1 ? 'its' : 'their'} last message is not known.`;
    return { glyph: 'unknown', say, sub: `What was delivered is read from the warehouse. ${given}`, meaning: say };
  }
  const who =
    receivers.length === 1
      ? `${receivers[0]!.name} took its`
      : receivers.length === 2
        ? 'Both receivers took their'
        : `All ${numberWord(receivers.length)} receivers took their`;
  const say = `${who} last message.`;
  return { glyph: 'ok', say, sub: given, meaning: say };
}
