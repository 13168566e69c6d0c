import type { StorageDocument } from '../functions/collect/storage/documents.ts';
import type { MasterFields, MooseFsFields, ServerFields } from '../functions/collect/storage/fields.ts';
import { iecBytes, iecInteger } from '../functions/shared/domain/iec.ts';
import { type Line, othersLine, statusLine, tableWithStatus } from './table.ts';
import { counted } from './words.ts';

/** The most disks that are named because they are not ok. */
const disksMax = 20;

const fieldsOf = <Name extends keyof MooseFsFields>(documents: readonly StorageDocument[], name: Name) =>
  documents.flatMap(({ moosefs }): NonNullable<MooseFsFields[Name]>[] => {
    const fields = moosefs[name];
    return fields === undefined ? [] : [fields];
  });

/** Returns the lines that show a storage to a person: its status, its numbers, a table of its chunkservers, and disks with faults. */
export function storageLines(documents: readonly StorageDocument[]): Line[] {
  const [first] = documents;
  const [master] = fieldsOf(documents, 'master');
  if (first === undefined || master === undefined) return [];
  const servers = fieldsOf(documents, 'chunkserver');
  return [
    statusLine(headOf(first.service.address, master), master),
    ...numberLines(master),
    ...(servers.length === 0 ? [] : [[''], ...serverTable(servers)]),
    ...diskLines(documents),
  ];
}

const headOf = (address: string, { product, version }: MasterFields): string =>
  `storage ${address}${product === undefined ? '' : `  ${product} ${version}`}`;

function numberLines({ space, chunks, mounts, save }: MasterFields): Line[] {
  const numbers = [
    ...(space?.total === undefined ? [] : [`${iecBytes(space.total.bytes)} total`]),
    ...(space?.available === undefined ? [] : [`${iecBytes(space.available.bytes)} available`]),
    ...(chunks?.count === undefined ? [] : [counted(chunks.count, 'chunk')]),
    ...(chunks?.missing === undefined ? [] : [`${chunks.missing.toLocaleString('en')} missing`]),
    ...(chunks?.endangered === undefined ? [] : [`${chunks.endangered.toLocaleString('en')} endangered`]),
    ...(mounts === undefined ? [] : [counted(mounts, 'mount')]),
  ];
  return [
    ...(numbers.length === 0 ? [] : [[`  ${numbers.join(', ')}`]]),
    ...(save === undefined ? [] : [saveLine(save)]),
  ];
}

function saveLine({ age, duration, state }: NonNullable<MasterFields['save']>): Line {
  if (age === undefined) return [`  metadata saved: ${state}`];
  return [`  metadata saved ${Math.round(age.sec / 60)} min ago, ${state}, in ${duration.ms} ms`];
}

const columns: readonly (readonly [name: string, textOf: (server: ServerFields) => string])[] = [
  ['server', ({ ip, port, server_id: id }) => `${ip}:${port}${id === undefined ? '' : ` (${id})`}`],
  ['version', ({ version }) => version ?? '-'],
  ['errors', ({ errors }) => errors?.toLocaleString('en') ?? '-'],
  ['chunks', ({ chunks }) => (chunks === undefined ? '-' : iecInteger(chunks))],
  ['total_space', ({ space }) => (space === undefined ? '-' : iecBytes(space.total.bytes))],
  ['used_space', ({ space }) => (space === undefined ? '-' : iecBytes(space.used.bytes))],
  [
    'load',
    ({ load }) => (load === undefined ? '-' : `${load.value}${load.state === 'normal' ? '' : ` ${load.state}`}`),
  ],
  ['labels', ({ labels }) => (labels === undefined || labels.length === 0 ? '-' : labels.join(','))],
  ['for_removal', ({ marked_for_removal: marked }) => (marked?.total.bytes ? iecBytes(marked.total.bytes) : '-')],
];

/** Returns a table of chunkservers in the order of the master. The last column says what is wrong. */
const serverTable = (servers: readonly ServerFields[]): Line[] =>
  tableWithStatus(
    columns.map(([name]) => name),
    servers.map((server) => ({ cells: columns.map(([, textOf]) => textOf(server)), status: server })),
  );

function diskLines(documents: readonly StorageDocument[]): Line[] {
  const faulty = fieldsOf(documents, 'disk').filter(({ state }) => state !== 'ok');
  const lines = faulty
    .slice(0, disksMax)
    .map(
      ({ chunkserver: { ip, port }, path, state: status, reason }): Line =>
        statusLine(`disk ${ip}:${port} ${path}`, { status, ...(reason === undefined ? {} : { reason }) }),
    );
  return lines.length === 0 ? [] : [[''], ...lines, ...othersLine(faulty.length - lines.length, 'disk')];
}
