import { signal } from '@preact/signals';
import { forgetApplied } from '../alerts/asked.ts';
import { ApiProblem, getJson, signInReason } from '../api/client.ts';
import { refreshAll } from '../api/live.ts';
import type { Changes, Me, OffbeatHealth, Overview } from '../api/types.ts';
import { learnTime } from './clock.ts';
import { isMeKnown, me } from './me.ts';
import { lostSinceMs, patienceMs } from './not-live.ts';

const shownPauseMs = 2_000;
const hiddenPauseMs = 10_000;
/** The time of the newest sample that the server has, ms; `null` before the first. */
export const newestSampleMs = signal<number | null>(null);
/** The state of Offbeat itself. */
export const offbeat = signal<OffbeatHealth | null>(null);

let cursor: string | undefined;
let timer: number | undefined;
let isReading = false;

/** Begins to ask the server for changes: every 2 s, every 10 s while the page is hidden, and at once when it is shown again. */
export function beginPolling(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask();
  });
  addEventListener('online', () => void ask());
  void ask();
}

async function ask(): Promise<void> {
  if (isReading) return;
  if (signInReason.peek() !== null) {
    timer = window.setTimeout(() => void ask(), shownPauseMs);
    return;
  }
  isReading = true;
  clearTimeout(timer);
  await Promise.all([poll(), askWho()]);
  isReading = false;
  timer = window.setTimeout(() => void ask(), document.hidden ? hiddenPauseMs : shownPauseMs);
}

/** Asks for changes once, and keeps since when the server does not answer. When it does again, all that is shown is read again. */
export async function poll(): Promise<void> {
  const beganMs = Date.now();
  try {
    await (cursor === undefined ? begin() : follow(cursor));
  } catch (error) {
    // The client keeps whether somebody must sign in.
    const isRefused = error instanceof ApiProblem && (error.status === 401 || error.status === 403);
    if (!isRefused) lostSinceMs.value ??= beganMs;
    return;
  }
  const wasLost = lostSinceMs.peek() !== null;
  lostSinceMs.value = null;
  if (wasLost) refreshAll();
}

/** Asks who looks, until the server has said it. */
export async function askWho(): Promise<void> {
  if (isMeKnown()) return;
  try {
    const known = await getJson<Me>('/api/me', {}, { answerMs: patienceMs });
    if (!isMeKnown()) me.value = known;
  } catch {
    // A viewer until the next poll asks again; the client keeps whether somebody must sign in.
  }
}

async function begin(): Promise<void> {
  const overview = await getJson<Overview>('/api/overview');
  cursor = overview.cursor;
  learn(overview);
}

async function follow(after: string): Promise<void> {
  const changes = await getJson<Changes>('/api/changes', { after }, { answerMs: patienceMs });
  const hasSamples = changes.newestSampleMs !== newestSampleMs.peek();
  cursor = changes.cursor;
  learn(changes);
  forgetApplied(changes.alerts);
  if (hasSamples || changes.alerts.length > 0 || changes.silences || changes.inventory) refreshAll();
}

function learn({ nowMs, newestSampleMs: newestMs, offbeat: health }: Overview | Changes): void {
  learnTime(nowMs);
  newestSampleMs.value = newestMs;
  offbeat.value = health;
}
