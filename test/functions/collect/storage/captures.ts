import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A chunkserver as the capture's own decoder read it. */
export interface ExpectedServer {
  readonly flags?: number;
  readonly connected: boolean;
  readonly maintenance?: string;
  readonly version: string | null;
  readonly ip: string;
  readonly port: number;
  readonly id?: number;
  readonly used: number;
  readonly total: number;
  readonly chunks: number;
  readonly removal_used: number;
  readonly removal_total: number;
  readonly removal_chunks: number;
  readonly errors: number;
  readonly load?: number;
  readonly labels?: string;
  readonly label?: string;
  readonly removal_status?: number;
}

type Numbers = Readonly<Record<string, number>>;

/** A disk as the capture's own decoder read it. */
export interface ExpectedDisk {
  readonly path: string;
  readonly flags: number;
  readonly error_chunk: number;
  readonly error_time: number;
  readonly used: number;
  readonly total: number;
  readonly chunks: number;
  readonly stats: { readonly minute: Numbers };
}

/** The exchanges of one moment. */
export interface Capture {
  readonly packets: Readonly<Record<string, string>>;
  readonly expected: {
    readonly chunkservers?: readonly ExpectedServer[];
    readonly disks?: Readonly<Record<string, readonly ExpectedDisk[]>>;
    readonly info?: Readonly<Record<string, number | string>>;
  };
  readonly tool: Readonly<Record<string, string>>;
}

/** The captured moments by their names: `3.0.117/normal`. */
export const captures: Readonly<Record<string, Capture>> = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'captures.json.gz'))).toString(),
);
export const moments = Object.keys(captures);

/** Returns a whole packet of a moment. @param name `info.response` */
export function packetOf(moment: string, name: string): Buffer {
  const hex = captures[moment]?.packets[name];
  if (hex === undefined) throw new Error(`${moment} has no packet ${name}`);
  return Buffer.from(hex, 'hex');
}

/** Returns the body of an answer. */
export const answerOf = (moment: string, name: string): Buffer => packetOf(moment, `${name}.response`).subarray(8);

/** Returns the names of the answers of a moment, without `.response`. */
export const answersOf = (moment: string): readonly string[] =>
  Object.keys(captures[moment]!.packets)
    .filter((name) => name.endsWith('.response'))
    .map((name) => name.replace(/\.response$/, ''));
