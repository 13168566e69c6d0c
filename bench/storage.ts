import { documentsOf } from '../functions/collect/storage/documents.ts';
import { takeSnapshot } from '../functions/collect/storage/take-snapshot.ts';
import { targetDefaults } from '../functions/collect/storage/target.ts';
import type { Address, PacketNetwork, PacketRequest } from '../functions/shared/ports/packet-network.ts';
import { answerOf } from '../test/functions/collect/storage/captures.ts';
import { measure } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const rounds = 9;
const serverCount = 1_000;
const disksOfServer = 10;
const records = serverCount * (1 + disksOfServer);
/** The bytes of a chunkserver in the list of MooseFS 3, and the place of its address. */
const [serverBytes, addressAt] = [69, 4];

/**
 * Measures a collection of a large storage, 1,000 chunkservers with 10 disks each: its answers, which are captured records of MooseFS
 * 3.0.117 that are repeated, are decoded and become documents. Nothing is sent; the network is in memory.
 */
export async function benchStorage(): Promise<BenchRow[]> {
  const network = largeStorage();
  const target = { ...targetDefaults, host: 'mfsmaster', port: 9421 };
  const take = () => takeSnapshot(target, network, new AbortController().signal);
  const snapshot = await take();
  if (snapshot.disks.length !== serverCount * disksOfServer) throw new Error('the snapshot does not have all disks');
  const json = JSON.stringify(snapshot);
  const context = { address: 'mfsmaster:9421', hostName: 'mfsmaster', startedAtMs: 0, durationMs: 0 };
  const { parsed, decoded, documents } = await measure(records, rounds, {
    parsed: () => JSON.parse(json),
    decoded: take,
    documents: async () => {
      for (const document of documentsOf(await take(), context)) JSON.stringify(document);
    },
  });
  const note = (figure: typeof parsed) => share(figure, parsed, 'JSON.parse');
  return [
    { name: 'JSON.parse of a storage (peer)', figure: parsed, unit: 'records/s', note: `${records} records` },
    {
      name: 'storage: answers to a snapshot',
      figure: decoded,
      unit: 'records/s',
      budget: 100_000,
      note: `${note(decoded)} of the same snapshot`,
    },
    {
      name: 'storage: answers to documents',
      figure: documents,
      unit: 'records/s',
      budget: 20_000,
      note: `${note(documents)} of the same snapshot; documents written as JSON`,
    },
    { name: '  the answers of that storage', figure: network.bytes, unit: 'bytes', budget: targetDefaults.bytesMax },
  ];
}

/** Returns a network with a master and its chunkservers, and the bytes of all their answers. */
function largeStorage(): PacketNetwork & { readonly bytes: number } {
  const capture = answerOf('3.0.117/normal', 'cserv-list').subarray(0, serverBytes);
  const servers = Buffer.concat(Array.from({ length: serverCount }, () => capture));
  for (let nth = 0; nth < serverCount; nth += 1) {
    servers.set([10, 77, nth >> 8, nth & 0xff], nth * serverBytes + addressAt);
  }
  const two = answerOf('3.0.117/normal', 'hdd-list.10.77.0.11');
  const disks = Buffer.concat(Array.from({ length: disksOfServer / 2 }, () => two));
  const answers: Readonly<Record<number, Buffer>> = {
    510: answerOf('3.0.117/normal', 'info'),
    500: servers,
    516: answerOf('3.0.117/normal', 'chunks-matrix'),
    508: answerOf('3.0.117/normal', 'session-list'),
    600: disks,
  };
  const ask = async ({ type, name }: PacketRequest): Promise<Uint8Array> => {
    const answer = answers[type];
    if (answer === undefined) throw new Error(`no answer to ${name}`);
    return answer;
  };
  return {
    open: async (_address: Address) => ({ ask, close: () => {} }),
    bytes: servers.length + serverCount * disks.length,
  };
}
