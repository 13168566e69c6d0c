import { signal } from '@preact/signals';
import { getJson, signInReason } from '../api/client.ts';
import { refreshAll } from '../api/live.ts';
import type { Changes, OffbeatHealth, Overview } from '../api/types.ts';
import { learnTime } from './clock.ts';
import { patienceMs } from './not-live.ts';

const shownPauseMs = 2_000;
const hiddenPauseMs = 10_000;
/** The time of the newest sample that the server has, ms; `null` before the first. */
export const newestSampleMs = signal<number | null>(null);
/** The state of Offbeat itself. */
export const offbeat = signal<OffbeatHealth | null>(null);
/** States whether the first answer of the server has come. */
export const hasBegun = signal(false);

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
  try {
    await (cursor === undefined ? begin() : follow(cursor));
  } catch {
    // The client keeps since when the server cannot be reached, and whether somebody must sign in.
  }
  isReading = false;
  timer = window.setTimeout(() => void ask(), document.hidden ? hiddenPauseMs : shownPauseMs);
}

async function begin(): Promise<void> {
  const overview = await getJson<Overview>('/api/overview');
  cursor = overview.cursor;
  learn(overview);
  hasBegun.value = true;
}

async function follow(after: string): Promise<void> {
  const changes = await getJson<Changes>('/api/changes', { after }, { answerMs: patienceMs });
  const hasSamples = changes.newestSampleMs !== newestSampleMs.peek();
  cursor = changes.cursor;
  learn(changes);
  if (hasSamples || changes.alerts.length > 0 || changes.silences || changes.inventory) refreshAll();
}

function learn({ nowMs, newestSampleMs: newestMs, offbeat: health }: Overview | Changes): void {
  learnTime(nowMs);
  newestSampleMs.value = newestMs;
  offbeat.value = health;
}
