/** A request before it is turned into bytes. */
export interface Message {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** An answer that was read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns a message's bytes, with its length unless it names its length or transfer encoding itself. */
export function encode({ method, target, headers, body }: Message): Buffer {
  const names = headers.map(([name]) => name.toLowerCase());
  const isFramed = names.includes('content-length') || names.includes('transfer-encoding');
  const all = [
    ...headers,
    ...(isFramed || body.length === 0 ? [] : [['content-length', String(body.length)] as const]),
  ];
  const lines = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

const headEnd = '\r\n\r\n';

/**
 * Reads the answers that are complete.
 * @param methods the methods of the requests, because an answer to HEAD has no body
 * @param isClosed whether the connection is closed, which ends an answer without a length
 */
export function readAnswers(bytes: Buffer, methods: readonly string[], isClosed: boolean): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (answers.length < methods.length) {
    const end = rest.indexOf(headEnd);
    if (end < 0) break;
    const head = headOf(rest.subarray(0, end).toString('latin1'));
    rest = rest.subarray(end + headEnd.length);
    // 100 Continue precedes the answer.
    if (head.status < 200) continue;
    const body = bodyOf(rest, head.headers, methods[answers.length] === 'HEAD', isClosed);
    if (body === undefined) break;
    answers.push({ ...head, body: body.text });
    rest = rest.subarray(body.length);
  }
  return answers;
}

function headOf(text: string): Pick<Answer, 'status' | 'headers'> {
  const [first, ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first!)?.[1]);
  if (Number.isNaN(status)) throw new Error(`no status line: ${JSON.stringify(first)}`);
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { status, headers: Object.fromEntries(headers) };
}

/**
 * Returns the body of an answer; `undefined` if it is incomplete. Every answer of Offbeat has its length. Answers of
 * Node itself are chunked, or end with the connection.
 */
function bodyOf(rest: Buffer, headers: Answer['headers'], isHead: boolean, isClosed: boolean) {
  if (isHead) return { text: '', length: 0 };
  if (headers['transfer-encoding'] === 'chunked') return chunksOf(rest);
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (length === undefined) return isClosed ? { text: rest.toString(), length: rest.length } : undefined;
  return rest.length < length ? undefined : { text: rest.subarray(0, length).toString(), length };
}

function chunksOf(rest: Buffer) {
  let text = '';
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    const length = Number.parseInt(rest.subarray(at, Math.max(at, lineEnd)).toString('latin1'), 16);
    const next = lineEnd + 2 + length + 2;
    if (lineEnd < 0 || rest.length < next) return undefined;
    if (Number.isNaN(length))
      throw new Error(`no length of a chunk: ${JSON.stringify(rest.toString('latin1', at, lineEnd))}`);
    if (length === 0) return { text, length: next };
    text += rest.subarray(lineEnd + 2, lineEnd + 2 + length).toString();
    at = next;
  }
}
