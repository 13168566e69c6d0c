import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as expire } from 'node:timers/promises';
import { type Answer, readAnswers } from './message.ts';

export interface Step {
  /** Written apart from one another. */
  readonly pieces: readonly Buffer[];
  /** Of the requests in it, each of which is answered; absent where nobody can tell, and the connection's end is waited for. */
  readonly methods?: readonly string[];
}

/** What is written to a connection, and how. */
export interface Exchange {
  /** Each is written once the answers to those before it are there. */
  readonly steps: readonly Step[];
  /** What the client does behind its last byte: waits for the answers, says that nothing more comes, or goes away. */
  readonly ending: 'wait' | 'half-close' | 'leave';
}

export interface Outcome {
  readonly answers: readonly Answer[];
  /** Everything that came. */
  readonly bytes: Buffer;
  readonly isClosed: boolean;
  /** Neither all answers nor the end of the connection came in time. */
  readonly isHung: boolean;
}

/** One exchange over a connection of its own. */
export async function exchange(port: number, { steps, ending }: Exchange, timeoutMs: number): Promise<Outcome> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const wire = new Wire(socket);
  const ended = new AbortController();
  const timedOut = expire(timeoutMs, true, { signal: ended.signal, ref: false }).catch(() => false);
  try {
    const done = run(wire, steps, ending).then(() => false);
    const isHung = await Promise.race([done, timedOut]);
    const answers = wire.answers(steps.flatMap(({ methods = [] }) => methods));
    return { answers, bytes: wire.bytes, isClosed: wire.isClosed, isHung };
  } finally {
    ended.abort();
    socket.destroy();
  }
}

async function run(wire: Wire, steps: readonly Step[], ending: Exchange['ending']): Promise<void> {
  await wire.opened;
  const methods: string[] = [];
  for (const [nth, step] of steps.entries()) {
    await wire.write(step.pieces);
    methods.push(...(step.methods ?? []));
    if (nth === steps.length - 1 && ending === 'leave') return;
    if (nth === steps.length - 1 && ending === 'half-close') wire.halfClose();
    const isAnswered = (): boolean => step.methods !== undefined && wire.answers(methods).length === methods.length;
    await wire.until(() => wire.isClosed || isAnswered());
    if (wire.isClosed) return;
  }
}

class Wire {
  readonly opened: Promise<void>;
  isClosed = false;
  readonly #socket: Socket;
  #pieces: Buffer[] = [];
  #wake = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const close = () => {
      this.isClosed = true;
      this.#wake();
    };
    this.opened = Promise.race([once(socket, 'connect'), once(socket, 'close')]).then(
      () => {},
      () => {},
    );
    socket.setNoDelay(true);
    socket.on('data', (piece: Buffer) => {
      this.#pieces.push(piece);
      this.#wake();
    });
    // What is reset was closed; which of both it was depends on what was still unread there.
    socket.on('error', close).on('end', close).on('close', close);
  }

  get bytes(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!;
  }

  answers(methods: readonly string[]): Answer[] {
    return readAnswers(this.bytes, methods, this.isClosed);
  }

  /** Each piece is handed to the network before the next. */
  async write(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      if (this.isClosed) return;
      await new Promise<void>((resolve) => this.#socket.write(piece, () => resolve()));
    }
  }

  halfClose(): void {
    this.#socket.end();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
