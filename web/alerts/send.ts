import type { Command, Silence, Verdict } from '../api/alert-types.ts';
import { refreshAll } from '../api/live.ts';
import { toast, toastFailure } from '../frame/toast.tsx';
import { type AskedAction, forgetAsked, isPending, keepAsked } from './asked.ts';
import { newId, sendCommand } from './command.ts';

/** Milliseconds until what an accepted command changed is usually there to be read. */
const appliedMs = 700;

/** A command without its id, which is made here. */
type Asked = Command extends infer One ? (One extends Command ? Omit<One, 'id'> : never) : never;

/**
 * Sends a command. A refusal is shown to the person.
 * @returns the id of the command; `undefined` if it was refused
 */
export async function send(command: Asked): Promise<string | undefined> {
  const id = newId();
  try {
    const { warnings } = await sendCommand({ ...command, id });
    for (const warning of warnings) toastFailure(warning);
  } catch (error) {
    toastFailure(String((error as Error).message));
    return undefined;
  }
  window.setTimeout(refreshAll, appliedMs);
  return id;
}

interface Target {
  readonly id: string;
  readonly cluster: string;
}

/** Acknowledges alerts. The API cannot take that back, so no `Undo` is offered. What is on its way is not sent twice. */
export async function acknowledge(alerts: readonly Target[], title: string): Promise<void> {
  const left = alerts.filter(({ id }) => !isPending(id, 'ack'));
  const sent = await Promise.all(left.map((alert) => onAlert(alert, 'ack')));
  if (left.length > 0 && sent.every(Boolean))
    toast(left.length === 1 ? `Acknowledged: ${title}` : `Acknowledged ${left.length} alerts`);
}

/** Resolves an alert, unless that is on its way. */
export async function resolve(alert: Target, title: string): Promise<void> {
  if (isPending(alert.id, 'resolve')) return;
  if (await onAlert(alert, 'resolve')) toast(`Resolved: ${title}`);
}

async function onAlert({ id, cluster }: Target, action: AskedAction): Promise<boolean> {
  keepAsked([id], action);
  const isSent = (await send({ action, cluster, alertId: id })) !== undefined;
  if (!isSent) forgetAsked([id]);
  return isSent;
}

/** Adds a comment to an alert. */
export async function comment({ id, cluster }: Target, text: string): Promise<boolean> {
  const isSent = (await send({ action: 'comment', cluster, alertId: id, text })) !== undefined;
  if (isSent) toast('Comment added');
  return isSent;
}

/** Judges an alert. A later judgement of the same person replaces it. */
export async function judge({ id, cluster }: Target, verdict: Verdict): Promise<boolean> {
  const isSent = (await send({ action: 'feedback', cluster, subjectId: id, verdict })) !== undefined;
  if (isSent) toast(`Recorded: ${verdict}`);
  return isSent;
}

/** A silence that is asked for. */
export interface AskedSilence {
  readonly cluster: string;
  readonly matchers: Readonly<Record<string, string>>;
  readonly startsAtMs?: number;
  readonly endsAtMs: number;
  readonly note?: string;
}

/** Starts silences, and offers to take them back. @returns whether all were accepted */
export async function silence(wanted: readonly AskedSilence[], until: string): Promise<boolean> {
  const sent = await Promise.all(
    wanted.map(async (each) => ({ each, id: await send({ action: 'silence', ...each }) })),
  );
  const made = sent.flatMap(({ each: { cluster }, id }) => (id === undefined ? [] : [{ cluster, silenceId: id }]));
  const takeBack = (): void => {
    for (const each of made) void send({ action: 'unsilence', ...each });
  };
  if (made.length > 0) toast(`Silenced until ${until}`, takeBack);
  return made.length === wanted.length;
}

/** Ends a silence, and offers to start it again until its end. */
export async function endSilence(known: Silence, isCancelled = false): Promise<void> {
  const { cluster, id, matchers, startsAtMs, endsAtMs, note } = known;
  if ((await send({ action: 'unsilence', cluster, silenceId: id })) === undefined) return;
  const again = {
    action: 'silence',
    cluster,
    matchers,
    endsAtMs,
    ...(startsAtMs > Date.now() && { startsAtMs }),
    ...(note !== undefined && { note }),
  } as const;
  toast(isCancelled ? 'Silence cancelled' : 'Silence ended', () => void send(again));
}

/** Moves the end of a silence: the API changes none, so a new one follows and the old one ends. */
export async function extendSilence(known: Silence, endsAtMs: number, until: string): Promise<void> {
  const { cluster, id, matchers, note } = known;
  const sent = await send({ action: 'silence', cluster, matchers, endsAtMs, ...(note !== undefined && { note }) });
  if (sent === undefined) return;
  await send({ action: 'unsilence', cluster, silenceId: id });
  toast(`Silenced until ${until}`);
}
