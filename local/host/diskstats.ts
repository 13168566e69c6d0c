/** The counters of one block device since boot: bytes, requests, and ms. `io.ops` is a gauge: requests in flight. */
export interface DiskCounters {
  readonly name: string;
  readonly read: { readonly count: number; readonly bytes: number; readonly time: number };
  readonly write: { readonly count: number; readonly bytes: number; readonly time: number };
  readonly io: { readonly time: number; readonly ops: number };
}

/** The size of the sectors that the kernel counts in, whatever the device's own sectors are. */
const sectorBytes = 512;

/**
 * Parses Linux's `/proc/diskstats`. Leaves out loop and RAM devices without any traffic, of which a machine has dozens.
 * @param isWholeDevice returns false for a partition, whose numbers are in those of its device
 * @see https://docs.kernel.org/admin-guide/iostats.html
 */
export function parseDiskstats(text: string, isWholeDevice: (name: string) => boolean): DiskCounters[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length >= 14 && isWholeDevice(words[2]!))
    .map(([, , name, ...fields]) => toCounters(name!, fields.map(Number)))
    .filter((disk) => !/^(loop|ram)\d/.test(disk.name) || disk.read.bytes + disk.write.bytes > 0);
}

function toCounters(name: string, fields: readonly number[]): DiskCounters {
  const [
    reads = 0,
    ,
    sectorsRead = 0,
    readMs = 0,
    writes = 0,
    ,
    sectorsWritten = 0,
    writeMs = 0,
    inFlight = 0,
    ioMs = 0,
  ] = fields;
  return {
    name,
    read: { count: reads, bytes: sectorsRead * sectorBytes, time: readMs },
    write: { count: writes, bytes: sectorsWritten * sectorBytes, time: writeMs },
    io: { time: ioMs, ops: inFlight },
  };
}
