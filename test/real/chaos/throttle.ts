import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const refusal = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'The level of configured provisioned throughput for the table was exceeded.',
});

const writes: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);

/** A proxy of DynamoDB that can be throttled: then it answers as a table whose capacity is exhausted. It can be slow. */
export class ThrottledDynamoDb {
  readonly #upstream: URL;
  readonly #server = createServer((incoming, outgoing) => void this.#answer(incoming, outgoing));
  isShut = false;
  /** Milliseconds for which it holds each write before it passes it on. */
  holdMs = 0;
  /** The number of refused requests. */
  refused = 0;

  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
  }

  /** @returns its endpoint */
  async listen(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    if (this.isShut) {
      this.refused += 1;
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(refusal);
      return;
    }
    const { method, headers, url } = incoming;
    if (this.holdMs > 0 && writes.has(`${headers['x-amz-target']}`.split('.').at(-1)!)) await delay(this.holdMs);
    const passed = request(new URL(url ?? '/', this.#upstream), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  }
}
