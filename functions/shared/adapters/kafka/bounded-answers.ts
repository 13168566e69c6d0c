import { TLSSocket } from 'node:tls';
import type { Connection, ConnectionPool, Reader } from '@platformatic/kafka';

/** The bounds of what brokers may make this process read. */
export interface AnswerBounds {
  /** The most bytes of one answer. The client holds it in memory, and objects of some times its size. */
  readonly answerBytesMax: number;
  /** The most bytes of all answers together. */
  readonly totalBytesMax: number;
  /** The most connections. The brokers' own answers name the brokers that are connected to. */
  readonly connectionsMax: number;
}

/**
 * Bounds the answers that arrive over the connections of a pool. The Kafka client itself reads as long as a broker sends, and a
 * negative length of an answer ends the process.
 */
export class BoundedAnswers {
  readonly #bounds: AnswerBounds;
  #bytes = 0;
  #connections = 0;
  #refusal: string | undefined;
  #tooMany: Error | undefined;

  constructor(pool: ConnectionPool, bounds: AnswerBounds) {
    this.#bounds = bounds;
    pool.on('connecting', ({ connection }: { readonly connection: Connection }) => this.#watch(connection));
  }

  /** The words for what was refused; `undefined` if nothing was. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  #watch(connection: Connection): void {
    this.#connections += 1;
    if (this.#connections > this.#bounds.connectionsMax) {
      // One error for all, as there may be as many addresses as fit into an answer.
      this.#tooMany ??= new Error(this.#refuse(`its brokers name more than ${this.#bounds.connectionsMax} addresses`));
      const tooMany = this.#tooMany;
      connection.connect = ((_host: string, _port: number, done: (error: Error) => void) =>
        done(tooMany)) as Connection['connect'];
      return;
    }
    const send = connection.send.bind(connection) as (...values: unknown[]) => void;
    connection.send = ((...values: readonly unknown[]) => {
      send(...values.with(parserAt, forwardOnly(values[parserAt] as Parser)));
    }) as Connection['send'];
    // The pool connects as soon as its listeners have run, and the socket exists after that.
    queueMicrotask(() => {
      const { socket } = connection;
      // The client begins to listen for data when the socket is connected, in a listener before this one.
      socket?.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.#putBetween(socket));
    });
  }

  /** Lets the client read from a socket only what is within the bounds. */
  #putBetween(socket: Connection['socket']): void {
    const readers = socket.listeners('data') as ((chunk: Buffer) => void)[];
    socket.removeAllListeners('data');
    const lengths = new AnswerLengths(this.#bounds.answerBytesMax);
    socket.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length;
      const refused =
        this.#bytes > this.#bounds.totalBytesMax
          ? `it sends more than ${mib(this.#bounds.totalBytesMax)}`
          : lengths.refusalOf(chunk);
      if (refused === undefined) for (const read of readers) read.call(socket, chunk);
      else socket.destroy(new Error(this.#refuse(refused)));
    });
  }

  #refuse(reason: string): string {
    this.#refusal ??= reason;
    return reason;
  }
}

/** The place of the parser among the values with which a connection sends. */
const parserAt = 3;

type Parser = (correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => unknown;

/**
 * Returns a parser whose reader never goes back, nor beyond the end. Otherwise a text with a negative length makes the client read the
 * same bytes again, for as many entries as an array claims to have.
 */
const forwardOnly =
  (parse: Parser): Parser =>
  (correlationId, apiKey, apiVersion, reader) => {
    let position = reader.position;
    const { length } = reader.buffer;
    Object.defineProperty(reader, 'position', {
      get: () => position,
      set: (next: number) => {
        if (!(next >= position && next <= length)) throw new Error('an answer contains a length that cannot be');
        position = next;
      },
    });
    return parse(correlationId, apiKey, apiVersion, reader);
  };

const lengthBytes = 4;
const correlationIdBytes = 4;

/** Follows the lengths of the answers in a stream of bytes. */
export class AnswerLengths {
  readonly #bytesMax: number;
  /** The bytes of the answer that are still to come. */
  #left = 0;
  #length = 0;
  #lengthBytes = 0;

  /** @param bytesMax the most bytes of one answer */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Returns why the next bytes of the stream must not be read; `undefined` if they may. */
  refusalOf(chunk: Uint8Array): string | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const bytes = Math.min(this.#left, chunk.length - at);
        this.#left -= bytes;
        at += bytes;
        continue;
      }
      this.#length = (this.#length << 8) | chunk[at]!;
      at += 1;
      this.#lengthBytes += 1;
      if (this.#lengthBytes < lengthBytes) continue;
      const length = this.#length;
      if (length < correlationIdBytes) return `an answer has a length of ${length} bytes`;
      if (length > this.#bytesMax) return `an answer has ${length} bytes, and at most ${mib(this.#bytesMax)} are read`;
      this.#left = length;
      this.#length = 0;
      this.#lengthBytes = 0;
    }
    return undefined;
  }
}

const mib = (bytes: number): string => `${bytes / 2 ** 20} MiB`;
