import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Alert } from '../../functions/shared/domain/alert.ts';

export interface WebhookReceiver {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a receiver on loopback that accepts every message. @param onAlert called when a request begins, not when it ends */
export async function openReceiver(onAlert: (alert: Alert, atMs: number) => void): Promise<WebhookReceiver> {
  const server = createServer(async (request, response) => {
    const atMs = performance.now();
    const { data } = (await json(request)) as { readonly data: Alert };
    onAlert(data, atMs);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
