import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as expire } from 'node:timers/promises';
import { type Answer, readAnswers } from './message.ts';

export interface Step {
  /** The parts of the step, which are written separately. */
  readonly pieces: readonly Buffer[];
  /**
   * The methods of its requests, each of which is answered. Absent where their number is unknown: then the connection's
   * end is awaited.
   */
  readonly methods?: readonly string[];
}

/** The content that is written to a connection, and how. */
export interface Exchange {
  /** The steps, each written once the steps before it are answered. */
  readonly steps: readonly Step[];
  /** The client's act after its last byte: it waits for the answers, ends its side, or disconnects. */
  readonly ending: 'wait' | 'half-close' | 'leave';
}

export interface Outcome {
  readonly answers: readonly Answer[];
  /** The whole of what was received. */
  readonly bytes: Buffer;
  readonly isClosed: boolean;
  /** Shows whether the client waited in vain for all answers or for the end of the connection. */
  readonly isHung: boolean;
}

/** Makes one exchange over a connection of its own. */
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
    // A connection that was reset is closed. Which of the two it was depends on what was still unread there.
    socket.on('error', close).on('end', close).on('close', close);
  }

  get bytes(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!;
  }

  answers(methods: readonly string[]): Answer[] {
    return readAnswers(this.bytes, methods, this.isClosed);
  }

  /** Hands each piece to the network before the next one. */
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
