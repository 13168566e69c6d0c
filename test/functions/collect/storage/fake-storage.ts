import type { Socket } from 'node:net';
import { decodeHeader, encodePacket, type Header } from '../../../../functions/shared/adapters/packets/frame.ts';
import { Loopback } from '../../../support/loopback.ts';
import { packetOf } from './captures.ts';

/** The behaviour of a server when a request arrives: it answers with bytes, or acts on the socket. */
export type Behaviour = Buffer | ((socket: Socket, request: Header) => void);

/** Servers on loopback that answer requests by their type, as captured, or that lie. */
export class FakeStorage {
  readonly loopback = new Loopback();
  /** The types of the requests that came, in their order. */
  readonly asked: number[] = [];

  /** Starts a server. @param behaviours by the type of the request; others are answered by closing, as masters do @returns its port */
  serve(behaviours: Readonly<Record<number, Behaviour>>): Promise<number> {
    return this.loopback.tcp((socket) => {
      let bytes: Buffer = Buffer.alloc(0);
      socket.on('data', (piece: Buffer) => {
        bytes = Buffer.concat([bytes, piece]);
        while (bytes.length >= 8) {
          const request = decodeHeader(bytes);
          if (bytes.length < 8 + request.length) return;
          bytes = bytes.subarray(8 + request.length);
          this.asked.push(request.type);
          const behaviour = behaviours[request.type];
          if (behaviour === undefined) socket.destroy();
          else if (typeof behaviour === 'function') behaviour(socket, request);
          else socket.write(behaviour);
        }
      });
    });
  }

  /** Starts the master of a moment, and a chunkserver for each answer with disks. @returns the port of the master */
  async master(moment: string, changes: Readonly<Record<number, Behaviour>> = {}): Promise<number> {
    const isLizardFs = moment.startsWith('lizardfs');
    const list = packetOf(moment, isLizardFs ? 'liz-cserv-list.response' : 'cserv-list.response');
    const optional = (name: string): Buffer | undefined => {
      try {
        return packetOf(moment, `${name}.response`);
      } catch {
        return undefined;
      }
    };
    const matrix = optional('chunks-matrix');
    const sessions = optional('session-list');
    const servers = isLizardFs ? list : await this.#onLoopback(moment, list);
    return this.serve({
      510: packetOf(moment, 'info.response'),
      [isLizardFs ? 1549 : 500]: servers,
      ...(matrix === undefined ? {} : { 516: matrix }),
      ...(sessions === undefined ? {} : { 508: sessions }),
      ...changes,
    });
  }

  /** Returns the list of chunkservers of MooseFS 3 with the addresses of servers on loopback, each with the disks of its capture. */
  async #onLoopback(moment: string, list: Buffer): Promise<Buffer> {
    const changed = Buffer.from(list);
    const bytes = moment.startsWith('3.') ? 69 : 77;
    const at = bytes === 69 ? 4 : 8;
    for (let record = 8; record < list.length; record += bytes) {
      const ip = [...list.subarray(record + at, record + at + 4)].join('.');
      const isConnected = (list[record]! & 1) === 0;
      const port = isConnected ? await this.serve({ 600: packetOf(moment, `hdd-list.${ip}.response`) }) : 9422;
      changed.set([127, 0, 0, 1], record + at);
      changed.writeUInt16BE(port, record + at + 4);
    }
    return changed;
  }

  close(): Promise<void> {
    return this.loopback.close();
  }
}

/** Returns an answer without a body that claims a length. */
export function claim(type: number, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(type, 0);
  header.writeUInt32BE(length, 4);
  return header;
}

export const keepAlive = encodePacket(0, Buffer.alloc(4));
