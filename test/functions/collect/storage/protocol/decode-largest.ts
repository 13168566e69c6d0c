import {
  decodeLizardFsServers,
  decodeMooseFsServers,
} from '../../../../../functions/collect/storage/protocol/chunkservers.ts';
import { decodeDisks } from '../../../../../functions/collect/storage/protocol/disks.ts';
import {
  disksRequest,
  serversRequest,
  sessionsRequest,
} from '../../../../../functions/collect/storage/protocol/packets.ts';
import { decodeSessions } from '../../../../../functions/collect/storage/protocol/sessions.ts';
import { targetDefaults } from '../../../../../functions/collect/storage/target.ts';
import { answerOf } from '../captures.ts';

/*
 * Decodes the largest answers that a collection reads, with the records that cost most, and keeps all that they become. The test
 * beside this file runs it in a process whose heap is limited. It prints the numbers of records as JSON.
 */

const three = { product: 'MooseFS', version: [3, 0, 117] } as const;

/** Returns as many copies of a record as fit into an answer, after its head. */
function filled(record: Buffer, bytesMax: number, head: Buffer = Buffer.alloc(0)): Buffer {
  const count = Math.floor((bytesMax - head.length) / record.length);
  return Buffer.concat([head, ...Array.from({ length: count }, () => record)]);
}

/** The record of a chunkserver with all labels, each of which is a text. */
const labelled = Buffer.from(answerOf('3.0.117/normal', 'cserv-list').subarray(0, 69));
labelled.writeUInt32BE(0x3ff_ffff, 64);
const { answerBytesMax: serversMax } = serversRequest(three);
const servers = filled(labelled, serversMax);

/** The shortest record of LizardFS, whose label is empty. */
const short = Buffer.alloc(59);
short.writeUInt16BE(9422, 8);
short.writeUInt32BE(1, 54);
const lizardHead = Buffer.alloc(8);
lizardHead.writeUInt32BE(Math.floor((serversMax - 8) / short.length), 4);
const lizardServers = filled(short, serversMax, lizardHead);

/** The shortest session: 16 operations, no texts. */
const places = Buffer.from([0, 16]);
const session = Buffer.alloc(4 + 4 + 4 + 9 + 8 + 33 + 2 * 16 * 4);
const sessions = filled(session, sessionsRequest(three).answerBytesMax, places);

/** A disk without a path. */
const entryBytes = 34 + 3 * 64;
const disk = Buffer.alloc(2 + entryBytes);
disk.writeUInt16BE(entryBytes, 0);
const disks = filled(disk, disksRequest.answerBytesMax);
const disksOfAll = Math.floor((targetDefaults.bytesMax - servers.length - sessions.length) / disks.length);

const ofMooseFs = [
  decodeMooseFsServers(servers, three),
  decodeSessions(sessions, three),
  ...Array.from({ length: disksOfAll }, () => decodeDisks(disks)),
];
const ofLizardFs = decodeLizardFsServers(lizardServers);
const [serversRead, sessionsRead, ...disksRead] = ofMooseFs.map(({ length }) => length);
const disksSum = disksRead.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify({ serversRead, sessionsRead, disksRead: disksSum, lizardServersRead: ofLizardFs.length }));
