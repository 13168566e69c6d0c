import type { Random } from '../quality/random.ts';
import type { Collection } from './collections.ts';
import { type FaultKind, oneOf, storageNodes } from './fault.ts';
import { type Document, hostOf, numberAt, setAt, valueAt } from './fields.ts';

const documentsOf = (collection: Collection, host: string): [string, Document][] =>
  [...collection].filter(([, document]) => hostOf(document) === host);

const placeOnHost = (random: Random): string => oneOf(storageNodes, random).host;

/** The counters of an interface stop, as after a fault of a driver, while its packets are still counted. */
const stuckCounter: FaultKind = {
  name: 'stuck counter',
  collections: 40,
  pages: true,
  place(random: Random) {
    const host = placeOnHost(random);
    return {
      entities: [`host/${host}`],
      change(collection) {
        const network = collection.get(`system.network ${host} eth0`);
        if (network === undefined) return;
        for (const way of ['in', 'out']) setAt(network, `system.network.${way}.bytes`, 0);
      },
    };
  },
};

/** A process leaks memory: 0.2 % of the host's memory with each collection, until it is stopped. */
const slowDrift: FaultKind = {
  name: 'slow drift',
  collections: 180,
  pages: true,
  place(random: Random) {
    const host = placeOnHost(random);
    return {
      entities: [`host/${host}`],
      change(collection, nth) {
        const memory = collection.get(`system.memory ${host}`);
        if (memory === undefined) return;
        const total = numberAt(memory, 'system.memory.total');
        for (const used of ['system.memory.used', 'system.memory.actual.used']) {
          const bytes = numberAt(memory, `${used}.bytes`) + Math.round(0.002 * (nth + 1) * total);
          setAt(memory, `${used}.bytes`, bytes);
          setAt(memory, `${used}.pct`, Math.round((bytes / total) * 1e4) / 1e4);
        }
        setAt(memory, 'system.memory.free', total - numberAt(memory, 'system.memory.used.bytes'));
        setAt(memory, 'system.memory.actual.free', total - numberAt(memory, 'system.memory.actual.used.bytes'));
      },
    };
  },
};

/** An agent repeats its last reading of a processor. */
const flatLine: FaultKind = {
  name: 'flat line',
  collections: 60,
  pages: true,
  place(random: Random) {
    const host = placeOnHost(random);
    let last: unknown;
    return {
      entities: [`host/${host}`],
      change(collection) {
        const cpu = collection.get(`system.cpu ${host}`);
        if (cpu === undefined) return;
        last ??= structuredClone(valueAt(cpu, 'system.cpu'));
        setAt(cpu, 'system.cpu', structuredClone(last));
      },
    };
  },
};

/** A host ships nothing any more; the storage and its neighbours still see it. */
const silentHost: FaultKind = {
  name: 'silent host',
  collections: 40,
  pages: true,
  place(random: Random) {
    const host = placeOnHost(random);
    return {
      entities: [`host/${host}`],
      change(collection) {
        for (const [key] of documentsOf(collection, host)) collection.delete(key);
      },
    };
  },
};

/** Collections that a restart takes: less than any silence that should page. */
const restartCollections = 4;

/** A host restarts as planned: it is silent for a short time, and its counters begin at zero. */
const restart: FaultKind = {
  name: 'restart',
  collections: restartCollections,
  pages: false,
  place(random: Random) {
    const host = placeOnHost(random);
    return {
      entities: [],
      change(collection) {
        for (const [key] of documentsOf(collection, host)) collection.delete(key);
      },
      recover: (_collection, { totals }) => totals.reset(host),
    };
  },
};

/** Milliseconds by which a clock is ahead: less than the 30 s by which a document may be ahead of the others. */
const stepMs = 20_000;

/** The clock of a host is set 20 s ahead, and later back. */
const clockStep: FaultKind = {
  name: 'clock step',
  collections: 30,
  pages: false,
  place(random: Random) {
    const host = placeOnHost(random);
    return {
      entities: [],
      change(collection) {
        for (const [, document] of documentsOf(collection, host)) {
          const timeMs = Date.parse(String(document['@timestamp']));
          setAt(document, '@timestamp', new Date(timeMs + stepMs).toISOString());
        }
      },
    };
  },
};

export const hostFaults: readonly FaultKind[] = [stuckCounter, slowDrift, flatLine, silentHost, restart, clockStep];
