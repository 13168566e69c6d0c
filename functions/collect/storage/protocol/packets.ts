import type { PacketRequest } from '../../../shared/ports/packet-network.ts';
import { asksWithMode } from './chunkservers.ts';
import { sessionMode } from './sessions.ts';
import type { Software } from './software.ts';

/*
 * The requests to a master and a chunkserver: the numbers of their types are those of MooseFS 1.6, which all of them still answer,
 * and from 1000 on those of LizardFS. The most bytes of an answer are what a cluster of thousands of servers and clients needs.
 */

const empty = new Uint8Array(0);
const KiB = 1_024;
const MiB = 1_024 * KiB;

/** Asks for what the master knows of itself and of the whole cluster. It is the first request: all others depend on its version. */
export const infoRequest: PacketRequest = {
  name: 'INFO',
  type: 510,
  body: empty,
  answerType: 511,
  answerBytesMax: 4 * KiB,
};

/** Asks a chunkserver for its disks. */
export const disksRequest: PacketRequest = {
  name: 'HDD_LIST',
  type: 600,
  body: empty,
  answerType: 601,
  answerBytesMax: 256 * KiB,
};

/** Returns the request for the list of chunkservers. */
export function serversRequest(software: Software): PacketRequest {
  const answerBytesMax = 4 * MiB;
  if (software.product !== 'MooseFS') {
    // The version of the packet, 0, and a byte that the servers ignore.
    return { name: 'LIZ_CSERV_LIST', type: 1549, body: new Uint8Array(5), answerType: 1550, answerBytesMax };
  }
  const body = asksWithMode(software) ? Uint8Array.of(1) : empty;
  return { name: 'CSERV_LIST', type: 500, body, answerType: 501, answerBytesMax };
}

/** Returns the request for the chunks by their copies. */
export function chunkStatesRequest({ product }: Software): PacketRequest {
  return product === 'MooseFS'
    ? { name: 'CHUNKS_MATRIX', type: 516, body: empty, answerType: 517, answerBytesMax: 8 * KiB }
    : // The version of the packet, 0, and a flag: not the regular chunks only.
      { name: 'LIZ_CHUNKS_HEALTH', type: 1526, body: new Uint8Array(5), answerType: 1527, answerBytesMax: 64 * KiB };
}

/** Returns the request for the sessions of clients. */
export function sessionsRequest(software: Software): PacketRequest {
  const body = Uint8Array.of(sessionMode(software));
  return { name: 'SESSION_LIST', type: 508, body, answerType: 509, answerBytesMax: 8 * MiB };
}
