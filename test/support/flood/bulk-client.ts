import { setTimeout as delay } from 'node:timers/promises';

/** Returns a document as Metricbeat ships it, with the load of a host's processors. */
export const cpuOf = (host: string, share: number): string =>
  JSON.stringify({
    '@timestamp': new Date().toISOString(),
    event: { module: 'system', dataset: 'system.cpu' },
    metricset: { name: 'cpu' },
    agent: { type: 'metricbeat' },
    host: { name: host },
    system: { cpu: { total: { norm: { pct: share } } } },
  });

/** The counts of what a client received. */
export interface Answers {
  taken: number;
  /** The number of documents, or of whole requests, that were answered with 429 and sent again. */
  turnedAway: number;
}

const retryMs = 200;

/**
 * Sends documents until all of them are accepted, and waits where the server asks for it.
 * @throws if any other answer is received
 */
export async function sendBulk(url: string, documents: readonly string[], answers: Answers): Promise<void> {
  let waiting = documents;
  while (waiting.length > 0) {
    const response = await fetch(`${url}/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: waiting.map((document) => `{"create":{}}\n${document}\n`).join(''),
    });
    const again = response.status === 429 ? waiting : turnedAway(waiting, (await response.json()) as BulkAnswer);
    answers.taken += waiting.length - again.length;
    answers.turnedAway += again.length;
    waiting = again;
    if (waiting.length > 0) await delay(Number(response.headers.get('retry-after') ?? 0) * 1_000 || retryMs);
  }
}

interface BulkAnswer {
  readonly items: readonly { readonly create: { readonly status: number } }[];
}

function turnedAway(documents: readonly string[], { items }: BulkAnswer): string[] {
  return documents.filter((_, nth) => {
    const status = items[nth]?.create.status;
    if (status !== 201 && status !== 200 && status !== 429) throw new Error(`a document was answered with ${status}`);
    return status === 429;
  });
}
