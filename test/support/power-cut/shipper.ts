import { setTimeout as delay } from 'node:timers/promises';

/** The number of requests that are in flight at once. */
const lanes = 4;
/** Milliseconds between an answer and the next request of the same worker, so that the flow keeps up. */
const paceMs = 50;
/** The number of documents of a request. It is small, so that many requests are answered before a cut. */
const documentsEach = 3;

/**
 * Ships documents to the bulk API, each under an `_id` of its own. Documents that were not answered are sent again,
 * also to the next process.
 */
export class Shipper {
  /** The ids of the documents that were answered with 201, or with 200 the second time. */
  readonly acknowledged = new Set<string>();
  readonly #waiting: string[] = [];
  #sent = 0;

  /** The ids of all documents that were sent, answered or not. */
  get sent(): readonly string[] {
    return Array.from({ length: this.#sent }, (_, nth) => idOf(nth));
  }

  /** Ships until the signal, or until the process has ended. */
  async ship(url: string, signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: lanes }, () => this.#shipOnOneLane(url, signal)));
  }

  /** Ships once more what was not answered. */
  async shipRest(url: string): Promise<void> {
    while (this.#waiting.length > 0) await this.#send(url, this.#waiting.splice(0, documentsEach));
  }

  async #shipOnOneLane(url: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!(await this.#send(url, this.#next()))) return;
      await delay(paceMs);
    }
  }

  #next(): string[] {
    if (this.#waiting.length > 0) return this.#waiting.splice(0, documentsEach);
    const ids = Array.from({ length: documentsEach }, (_, nth) => idOf(this.#sent + nth));
    this.#sent += ids.length;
    return ids;
  }

  /** @returns whether the request was answered */
  async #send(url: string, ids: readonly string[]): Promise<boolean> {
    try {
      const response = await fetch(`${url}/_bulk`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: ids.map(linesOf).join(''),
      });
      const { items } = (await response.json()) as { items: { index: { _id: string; status: number } }[] };
      for (const { index } of items) {
        if (index.status >= 300) throw new Error(`${index._id} was answered with ${index.status}`);
        this.acknowledged.add(index._id);
      }
      return true;
    } catch (error) {
      // The process has ended, or accepted none of them.
      if (!(error instanceof TypeError) && !(error instanceof DOMException)) throw error;
      this.#waiting.push(...ids);
      return false;
    }
  }
}

const idOf = (nth: number): string => `shipped-${nth}`;

function linesOf(id: string): string {
  const action = { index: { _index: 'filebeat', _id: id } };
  const document = {
    '@timestamp': new Date().toISOString(),
    host: { name: 'shipping-host' },
    agent: { type: 'filebeat' },
    message: id,
  };
  return `${JSON.stringify(action)}\n${JSON.stringify(document)}\n`;
}
