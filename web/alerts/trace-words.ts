import type { AlertDetail, Decision } from '../api/alert-types.ts';
import { durationText } from '../format/duration.ts';
import { partsOf, seriesTitle } from '../format/names.ts';

/** A decision as people read it: one verb, then the rule in words. */
export interface TraceStep {
  readonly atMs: number;
  readonly verb: string;
  readonly text: string;
  /** States whether somebody was told. */
  readonly isTold: boolean;
}

/** The stages that can keep a message back, each with its reasons in words. */
const mutes: Readonly<Record<string, string>> = {
  feedback: 'a judgement is only recorded',
  announce: 'its opening was never told',
  short: 'it was over before its first message',
  acknowledge: 'somebody has it, and nothing is worse',
};

const rules: Readonly<Record<string, readonly [verb: string, text: string]>> = {
  'critical at once': ['Paged', 'Critical, so at once: the wait for others of the group was skipped.'],
  'first notification': ['Paged', 'The wait for others of the group was over.'],
  'repeat interval elapsed': ['Paged again', 'Nobody has acknowledged for the repeat interval.'],
  'waiting for group': ['Waits', 'for others of the group before the first message.'],
  'waiting for group interval': ['Waits', 'for the interval between two messages.'],
  'nothing new': ['Not told', 'Nothing new, so no further message.'],
  'another entity': ['Paged', 'It spread to another component.'],
  over: ['Recorded', 'It was over before it was due.'],
};

const ties: Readonly<Record<string, string>> = {
  'same series again': 'the same series left its range again',
  'same entity': 'it is of the same component',
  'same dataset': 'it is of the same source and began at nearly the same time',
  connected: 'its component is connected with one of this alert',
};

const isMute = ({ stage, reason }: Decision): boolean =>
  stage in mutes || (stage === 'silence' && reason.startsWith('silenced by'));

/** Returns the decisions of an alert in words. A message that was kept back is one step with its reason. */
export function traceSteps(trace: readonly Decision[]): readonly TraceStep[] {
  return trace.flatMap((decision, nth) => {
    const [before, next] = [trace[nth - 1], trace[nth + 1]];
    // That nothing is new goes without saying at the moment of a message.
    if (decision.reason === 'nothing new' && before?.atMs === decision.atMs) return [];
    if (isMute(decision) && before !== undefined && isDue(before) && before.atMs === decision.atMs) return [];
    const mute =
      next !== undefined && isDue(decision) && next.atMs === decision.atMs && isMute(next) ? next : undefined;
    // A comment and a judgement are told to nobody, which goes without saying.
    return [mute === undefined || mute.stage === 'feedback' ? stepOf(decision) : keptBack(decision, mute)];
  });
}

/** States whether a decision makes a message due. */
const isDue = ({ stage, reason }: Decision): boolean =>
  stage === 'resolve' ||
  stage === 'command' ||
  (stage === 'group' && reason !== 'nothing new' && !reason.startsWith('waiting'));

function keptBack(decision: Decision, mute: Decision): TraceStep {
  const { verb, text, atMs } = stepOf(decision);
  const because = mutes[mute.stage] ?? mute.reason;
  const isPage = verb.startsWith('Paged');
  return {
    atMs,
    verb: isPage ? 'Not told' : `${verb}, not told`,
    text: isPage ? `${sentence(because)}` : `${text} ${sentence(because)}`.trim(),
    isTold: false,
  };
}

const sentence = (text: string): string => {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) || begun === '' ? begun : `${begun}.`;
};

function stepOf(decision: Decision): TraceStep {
  const [verb, text, isTold = false] = wordsOf(decision);
  return { atMs: decision.atMs, verb, text, isTold };
}

function wordsOf({ stage, reason, detail = '' }: Decision): readonly [verb: string, text: string, isTold?: boolean] {
  switch (stage) {
    case 'correlate':
      return reason === 'opened'
        ? ['Opened', measured(detail)]
        : ['Joined', `${measured(detail)} ${sentence(ties[reason] ?? reason)}`];
    case 'group': {
      const [verb, text] = rules[reason] ?? ['Paged', sentence(reason)];
      return [verb, text, verb.startsWith('Paged')];
    }
    case 'resolve':
      return ['Resolved', sentence(detail === '' ? reason : `all are back: ${detail}`), true];
    case 'severity':
      return ['Raised to critical', sentence(reason)];
    case 'silence':
      return reason === 'no longer silenced'
        ? ['Silence over', 'What is still open is told.']
        : ['Silenced', sentence(reason)];
    case 'command':
      return commanded(reason, detail);
    default:
      return stage in mutes
        ? ['Not told', sentence(mutes[stage]!)]
        : [sentence(stage).replace('.', ''), sentence(`${reason} ${detail}`.trim())];
  }
}

const commandVerbs: Readonly<Record<string, string>> = {
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  comment: 'Commented',
};

function commanded(reason: string, detail: string): readonly [string, string] {
  const [, verb, by] = /^(acknowledged|resolved|comment) by (.*)$/s.exec(reason) ?? [];
  if (verb !== undefined) {
    const note = detail === '' ? '' : `: ${detail}`;
    return [commandVerbs[verb]!, sentence(`by ${by}${note}`).replace(/^By/, 'by')];
  }
  return ['Judged', sentence(detail === '' ? reason : `${reason}: ${detail}`)];
}

/** Returns the detail of an anomaly with the name of its series as people know it. */
function measured(detail: string): string {
  const [, series, rest] = /^([^/]+\/[^/]+\/.*? [^ {:]+(?:\{[^}]*\})?): (.*)$/s.exec(detail) ?? [];
  if (series === undefined || rest === undefined) return sentence(detail);
  return sentence(`${seriesTitle(partsOf(series))}: ${rest}`);
}

/** Returns who acknowledged an alert, and when; `undefined` if nobody has. */
export function acknowledgedIn(trace: readonly Decision[]): { readonly by: string; readonly atMs: number } | undefined {
  const decision = trace.findLast(({ stage, reason }) => stage === 'command' && reason.startsWith('acknowledged by '));
  return decision && { by: decision.reason.slice('acknowledged by '.length), atMs: decision.atMs };
}

/**
 * Returns when the trouble of a resolved alert ended, and when that was told: `Ended 15:30:10, after 1 min 30 s, told 15:31:30`.
 * @param at writes a moment
 */
export function endWords(
  { startsAtMs, endsAtMs, updatedAtMs, trace }: Pick<AlertDetail, 'startsAtMs' | 'endsAtMs' | 'updatedAtMs' | 'trace'>,
  at: (ms: number) => string,
): string {
  const endMs = endsAtMs ?? updatedAtMs;
  const step = traceSteps(trace).findLast(({ verb }) => verb.startsWith('Resolved'));
  const later =
    step === undefined || step.atMs === endMs ? '' : `, ${step.isTold ? 'told' : 'resolved'} ${at(step.atMs)}`;
  return `Ended ${at(endMs)}, after ${durationText(endMs - startsAtMs)}${later}`;
}
