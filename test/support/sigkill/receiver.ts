import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/**
 * Returns the status that a receiver answers to a delivery.
 * @param triedMs the time of the try by its sender's clock, whole seconds in ms
 * @default 204
 */
export type Judge = (id: string, body: string, triedMs: number) => number | Promise<number>;

/** A webhook's receiver that outlives the processes that send to it. */
export class Receiver {
  readonly secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  /** The bodies by delivery id; one that was received twice is listed twice. */
  readonly received = new Map<string, string[]>();
  readonly #judge: Judge;
  readonly #server = createServer((request, response) => {
    void this.#take(request).then((status) => response.writeHead(status).end());
  });

  constructor(judge: Judge = () => 204) {
    this.#judge = judge;
  }

  /** @param port the port of a receiver that was unavailable; any port by default */
  async listen(port = 0): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(port, '127.0.0.1', resolve);
    await promise;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Becomes unavailable: from then on its connections are refused. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Returns what was received since the last call. */
  take(): ReadonlyMap<string, readonly string[]> {
    const taken = new Map(this.received);
    this.received.clear();
    return taken;
  }

  async #take(request: IncomingMessage): Promise<number> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return 400;
    const id = String(request.headers['webhook-id']);
    const triedMs = Number(request.headers['webhook-timestamp']) * 1_000;
    // Not by `verify`: the sender's clock may be one that a test passes in.
    const signature = new Webhook(this.secret).sign(id, new Date(triedMs), body);
    if (request.headers['webhook-signature'] !== signature) throw new Error(`${id} is not signed by our secret`);
    this.received.set(id, [...(this.received.get(id) ?? []), body]);
    return this.#judge(id, body, triedMs);
  }
}
