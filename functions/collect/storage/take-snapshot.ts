import { messageOf } from '../../shared/domain/message-of.ts';
import {
  type PacketConnection,
  PacketError,
  type PacketNetwork,
  type PacketRequest,
} from '../../shared/ports/packet-network.ts';
import { decodeChunkMatrix, decodeChunksHealth } from './protocol/chunk-states.ts';
import { type Chunkserver, decodeLizardFsServers, decodeMooseFsServers } from './protocol/chunkservers.ts';
import { decodeDisks } from './protocol/disks.ts';
import { decodeInfo } from './protocol/info.ts';
import { chunkStatesRequest, disksRequest, infoRequest, serversRequest, sessionsRequest } from './protocol/packets.ts';
import { decodeSessions } from './protocol/sessions.ts';
import type { Software } from './protocol/software.ts';
import { UnreadableAnswerError } from './protocol/unreadable-answer.ts';
import type { DiskOfServer, StorageSnapshot, UnreadPart } from './snapshot.ts';
import { refusalToAsk, type StorageTarget } from './target.ts';

/**
 * Asks a master, and each of its chunkservers for its disks: one connection to each. A chunkserver that does not answer, and what an
 * older master does not know, is an unread part; the rest of the snapshot is whole.
 * @param signal ends the collection when it aborts
 * @throws {PacketError} if the master gives no answer
 * @throws {UnreadableAnswerError} if its answer about itself or its list of chunkservers cannot be read
 */
export async function takeSnapshot(
  target: StorageTarget,
  network: PacketNetwork,
  signal: AbortSignal,
): Promise<StorageSnapshot> {
  const budget = new ByteBudget(target.bytesMax);
  const connection = await network.open(target, target, signal);
  try {
    const asked = new Asked(connection, budget);
    const info = await asked.read(infoRequest, decodeInfo);
    const servers = await asked.read(serversRequest(info.software), (body) => serversOf(body, info.software));
    const { software } = info;
    const chunkStates = await asked.try('the chunks by their copies', chunkStatesRequest(software), (body) =>
      software.product === 'MooseFS' ? decodeChunkMatrix(body) : decodeChunksHealth(body),
    );
    const sessions = await asked.try('the sessions', sessionsRequest(software), (body) =>
      decodeSessions(body, software),
    );
    connection.close();
    const { disks, unread } = await disksOf(servers, { target, network, signal, budget });
    return {
      info,
      servers,
      disks,
      ...(chunkStates === undefined ? {} : { chunkStates }),
      ...(sessions === undefined ? {} : { sessions }),
      unread: [...asked.unread, ...unread],
    };
  } finally {
    connection.close();
  }
}

const serversOf = (body: Uint8Array, software: Software): Chunkserver[] =>
  software.product === 'MooseFS' ? decodeMooseFsServers(body, software) : decodeLizardFsServers(body);

/** The bytes that answers may still have. */
class ByteBudget {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @throws {PacketError} */
  spend(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#max)
      throw new PacketError('unexpected', `all answers have more than ${this.#max} bytes together`);
  }
}

/** The requests to one server, over its connection. */
class Asked {
  readonly #connection: PacketConnection;
  readonly #budget: ByteBudget;
  readonly unread: UnreadPart[] = [];

  constructor(connection: PacketConnection, budget: ByteBudget) {
    this.#connection = connection;
    this.#budget = budget;
  }

  async read<T>(request: PacketRequest, decode: (body: Uint8Array) => T): Promise<T> {
    const body = await this.#connection.ask(request);
    this.#budget.spend(body.length);
    return decode(body);
  }

  /** Reads what the snapshot can do without. @returns undefined if it could not be read */
  async try<T>(part: string, request: PacketRequest, decode: (body: Uint8Array) => T): Promise<T | undefined> {
    try {
      return await this.read(request, decode);
    } catch (error) {
      this.unread.push({ part, reason: reasonOf(error) });
      return undefined;
    }
  }
}

/** Returns the message of a foreseen error. Any other one is a defect. */
function reasonOf(error: unknown): string {
  if (error instanceof PacketError || error instanceof UnreadableAnswerError) return messageOf(error);
  throw error;
}

interface DiskReading {
  readonly target: StorageTarget;
  readonly network: PacketNetwork;
  readonly signal: AbortSignal;
  readonly budget: ByteBudget;
}

/** Asks all connected chunkservers for their disks, some at once. */
async function disksOf(
  servers: readonly Chunkserver[],
  reading: DiskReading,
): Promise<{ readonly disks: readonly DiskOfServer[]; readonly unread: readonly UnreadPart[] }> {
  const unread: UnreadPart[] = [];
  const connected = servers.filter(({ isConnected }) => isConnected);
  const found: (readonly DiskOfServer[])[] = connected.map(() => []);
  const waiting = connected.entries();
  const work = async (): Promise<void> => {
    // All workers take from one iterator, so that each server is asked once.
    for (const [nth, server] of waiting) {
      const part = `the disks of ${server.ip}:${server.port}`;
      try {
        found[nth] = await disksOfServer(server, reading);
      } catch (error) {
        unread.push({ part, reason: reasonOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: reading.target.atOnce }, work));
  return { disks: found.flat(), unread };
}

async function disksOfServer(
  { ip, port }: Chunkserver,
  { target, network, signal, budget }: DiskReading,
): Promise<readonly DiskOfServer[]> {
  const refusal = refusalToAsk(ip, target);
  if (refusal !== undefined) throw new PacketError('unreachable', refusal);
  const connection = await network.open({ host: ip, port }, target, signal);
  try {
    const disks = await new Asked(connection, budget).read(disksRequest, decodeDisks);
    return disks.map((disk) => ({ ip, port, disk }));
  } finally {
    connection.close();
  }
}
