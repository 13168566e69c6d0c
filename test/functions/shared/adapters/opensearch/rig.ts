import { afterEach } from 'vitest';
import {
  type OpenSearchOptions,
  openSearchClient,
} from '../../../../../functions/shared/adapters/opensearch/client.ts';
import type { Timing } from '../../../../../functions/shared/adapters/opensearch/deadline.ts';
import { OpenSearchWarehouse } from '../../../../../functions/shared/adapters/opensearch/warehouse.ts';
import type { WarehouseWrite } from '../../../../../functions/shared/ports/warehouse.ts';
import { type Answer, bulkAnswer, scriptedServer } from './scripted-server.ts';

export const timeMs = Date.parse('2026-11-23T23:59:59.999Z');
export const write = (id: string, parts: Partial<WarehouseWrite> = {}): WarehouseWrite => ({
  family: 'offbeat-samples',
  id,
  timeMs,
  document: { '@timestamp': new Date(timeMs).toISOString(), 'host.name': id },
  ...parts,
});

export const whole = (status: number, type = 'an_exception') => ({
  status,
  body: { status, error: { type, reason: 'all of it' } },
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export async function rig(answer: Answer, options: Partial<OpenSearchOptions> = {}) {
  const server = await scriptedServer(answer);
  closing.push(server.close);
  const waits: number[] = [];
  let nowMs = 0;
  const timing: Timing = {
    now: () => nowMs,
    random: () => 0.5,
    async wait(ms) {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const client = await openSearchClient({ url: server.url, retries: 0, ...options });
  closing.push(async () => client.close());
  const warehouse = new OpenSearchWarehouse(client, { timing, retryLimits: { deadlineMs: 1_000 } });
  return { warehouse, waits, ...server };
}

/** Returns the answers in turn, and the last one from then on. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let nth = -1;
  return (request) => {
    nth += 1;
    return answers[Math.min(nth, answers.length - 1)]!(request);
  };
}

export const all =
  (item: object): Answer =>
  (request) =>
    bulkAnswer(request, () => item);
