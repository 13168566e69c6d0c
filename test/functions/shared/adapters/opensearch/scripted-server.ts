import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Answer = (request: SeenRequest) => { readonly status: number; readonly body: unknown } | 'hang up';

/** Starts a server that gives the scripted answers over real HTTP. Every index template exists on it. */
export async function scriptedServer(answer: Answer) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      if (method === 'HEAD') return response.writeHead(200).end();
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const scripted = answer(one);
      if (scripted === 'hang up') return request.socket.destroy();
      return response
        .writeHead(scripted.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(scripted.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The actions of a bulk request, head and document. */
export function actionsOf({ body }: SeenRequest): [Record<string, Record<string, unknown>>, unknown][] {
  const lines = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return lines.flatMap((line, nth) => (nth % 2 === 0 ? [[line, lines[nth + 1]]] : []));
}

/** An answer with an item for each action, by the id it is for. */
export function bulkAnswer(request: SeenRequest, item: (id: string) => object) {
  const items = actionsOf(request).map(([head]) => {
    const [verb, target] = Object.entries(head)[0]!;
    return { [verb]: { _index: target._index, _id: target._id, ...item(target._id as string) } };
  });
  return { status: 200, body: { took: 1, errors: false, items } };
}
