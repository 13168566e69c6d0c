import { PipelineError } from '../domain/errors.ts';

/** A request in one packet, and the packet that answers it. */
export interface PacketRequest {
  /** The name in the protocol, for messages. */
  readonly name: string;
  /** The type of the packet, 0 to 2 ^ 32 - 1. */
  readonly type: number;
  readonly body: Uint8Array;
  readonly answerType: number;
  /** The longest body of an answer that is read. No more memory is used for it. */
  readonly answerBytesMax: number;
}

/** The address of a server: a name or an IP address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The limits of a connection, ms. */
export interface PacketLimits {
  /** The longest time until the connection is there. */
  readonly connectMs: number;
  /** The longest time in which the server sends nothing. */
  readonly idleMs: number;
}

/** A connection to a server of packets: `type` and `length` with 32 bits each, big-endian, and a body. */
export interface PacketConnection {
  /**
   * Sends a request, and returns the body of its answer. Packets of type 0, which servers send to keep a connection alive, are
   * skipped. One request at a time; after an error the connection is closed.
   * @throws {PacketError}
   */
  ask(request: PacketRequest): Promise<Uint8Array>;
  close(): void;
}

/** Opens connections to servers of packets. */
export interface PacketNetwork {
  /**
   * Connects to a server.
   * @param signal closes the connection when it aborts, also later, in the middle of an answer
   * @throws {PacketError}
   */
  open(address: Address, limits: PacketLimits, signal: AbortSignal): Promise<PacketConnection>;
}

/**
 * The reasons for which no answer came.
 *
 * - `unreachable`: there is no such name, no route, or nothing that accepts or refuses the connection in time.
 * - `refused`: the host answers, and nothing listens.
 * - `closed`: the server closed the connection before its answer was complete.
 * - `silent`: the server accepted the connection and sent nothing, or not enough, in time.
 * - `unexpected`: the server sent a packet of another type, or one that is too long.
 */
export const packetFailures = ['unreachable', 'refused', 'closed', 'silent', 'unexpected'] as const;
export type PacketFailure = (typeof packetFailures)[number];

/** A request without an answer. Retry: the server may answer the next time. */
export class PacketError extends PipelineError {
  override readonly name = 'PacketError';
  readonly code = 'PACKET';
  readonly action = 'retry';
  readonly failure: PacketFailure;

  /** Makes the error. @param message names the request, what came and what was expected */
  constructor(failure: PacketFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
