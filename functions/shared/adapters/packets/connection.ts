import { connect as connectSocket, type Socket } from 'node:net';
import { messageOf } from '../../domain/message-of.ts';
import {
  type Address,
  type PacketConnection,
  PacketError,
  type PacketFailure,
  type PacketLimits,
  type PacketNetwork,
  type PacketRequest,
} from '../../ports/packet-network.ts';
import { Answer } from './answer.ts';
import { encodePacket } from './frame.ts';

/** The network of this machine, over TCP. */
export const packetNetwork: PacketNetwork = { open };

const nothing = Buffer.alloc(0);

async function open(address: Address, limits: PacketLimits, signal: AbortSignal): Promise<PacketConnection> {
  const socket = connectSocket({ ...address, noDelay: true });
  const stop = (): void => {
    socket.destroy(new PacketError('silent', `gave no answer in time: ${reasonOf(signal)}`));
  };
  signal.addEventListener('abort', stop, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', stop));
  if (signal.aborted) stop();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.on('error', reject);
  socket.setTimeout(limits.connectMs, () =>
    socket.destroy(new PacketError('unreachable', `accepted no connection within ${limits.connectMs} ms`)),
  );
  try {
    await promise;
  } catch (error) {
    throw about(address, connectError(error));
  }
  return new TcpConnection(address, socket, limits);
}

class TcpConnection implements PacketConnection {
  readonly #address: Address;
  readonly #socket: Socket;
  readonly #pieces: AsyncIterator<Buffer>;
  /** The bytes after the last answer: packets that keep the connection alive. */
  #rest: Buffer = nothing;

  constructor(address: Address, socket: Socket, { idleMs }: PacketLimits) {
    this.#address = address;
    this.#socket = socket;
    // Nothing is read from the system before a request wants it, so that a server which sends without end fills no memory.
    this.#pieces = socket[Symbol.asyncIterator]();
    socket.removeAllListeners('timeout');
    socket.setTimeout(idleMs, () => socket.destroy(new PacketError('silent', `sent nothing for ${idleMs} ms`)));
  }

  async ask(request: PacketRequest): Promise<Uint8Array> {
    try {
      this.#socket.write(encodePacket(request.type, request.body));
      return await this.#answerTo(request);
    } catch (error) {
      this.close();
      throw about(this.#address, answerError(request, error));
    }
  }

  async #answerTo(request: PacketRequest): Promise<Uint8Array> {
    const answer = new Answer(request);
    let piece = this.#rest;
    for (;;) {
      this.#rest = answer.read(piece);
      if (answer.body !== undefined) return answer.body;
      const next = await this.#pieces.next();
      if (next.done) throw new PacketError('closed', `closed the connection after ${answer.progress}`);
      piece = next.value;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Returns the error of a connection that was not made, by the code of the system. */
function connectError(error: unknown): PacketError {
  if (error instanceof PacketError) return error;
  const failure: PacketFailure = codeOf(error) === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  const message = failure === 'refused' ? 'refused the connection: nothing listens there' : messageOf(error);
  return new PacketError(failure, message, { cause: error });
}

function answerError({ name }: PacketRequest, error: unknown): PacketError {
  if (error instanceof PacketError) {
    const where = error.failure === 'unexpected' ? error.message : `${error.message}, asked for ${name}`;
    return new PacketError(error.failure, where, { cause: error });
  }
  // A reset, or a write to a connection that the server has closed.
  return new PacketError('closed', `closed the connection (${codeOf(error)}), asked for ${name}`, { cause: error });
}

const about = ({ host, port }: Address, error: PacketError): PacketError =>
  new PacketError(error.failure, `${host.includes(':') ? `[${host}]` : host}:${port} ${error.message}`, {
    cause: error.cause ?? error,
  });

const reasonOf = ({ reason }: AbortSignal): string =>
  reason instanceof DOMException && reason.name === 'TimeoutError' ? 'the collection took too long' : messageOf(reason);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}
