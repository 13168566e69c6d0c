import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventLog } from '../functions/shared/ports/event-log.ts';
import type { ObjectStore } from '../functions/shared/ports/objects.ts';

/** The calls that a piece of work made to S3, DynamoDB and the log. */
export interface Requests {
  puts: number;
  putBytes: number;
  gets: number;
  getBytes: number;
  /** The units that DynamoDB bills: a write unit is 1 KB, a read unit 4 KB. */
  reads: number;
  readUnits: number;
  writes: number;
  writeUnits: number;
  effects: number;
  effectBytes: number;
}

export function noRequests(): Requests {
  return {
    puts: 0,
    putBytes: 0,
    gets: 0,
    getBytes: 0,
    reads: 0,
    readUnits: 0,
    writes: 0,
    writeUnits: 0,
    effects: 0,
    effectBytes: 0,
  };
}

export function countedObjects(objects: ObjectStore, requests: Requests): ObjectStore {
  return {
    async put(name, bytes) {
      requests.puts += 1;
      requests.putBytes += bytes.length;
      await objects.put(name, bytes);
    },
    async get(name) {
      const bytes = await objects.get(name);
      requests.gets += 1;
      requests.getBytes += bytes?.length ?? 0;
      return bytes;
    },
    list: (...from) => objects.list(...from),
    delete: (names) => objects.delete(names),
  };
}

/** Makes DynamoDB return the billed units with each answer. */
export function countRequests(client: DynamoDBClient, requests: Requests): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { readonly ConsumedCapacity?: ConsumedCapacity };
        const units = ConsumedCapacity?.CapacityUnits ?? 0;
        if (commandName === 'GetItemCommand') {
          requests.reads += 1;
          requests.readUnits += units;
        } else {
          requests.writes += 1;
          requests.writeUnits += units;
        }
        return answer;
      },
    { step: 'initialize', name: 'countRequests' },
  );
}

/** A log that accepts every record and keeps none: the cost of a broker is measured elsewhere. */
export function countedLog(requests: Requests): EventLog {
  return {
    async append(records) {
      requests.effects += records.length;
      for (const { value } of records) requests.effectBytes += value.length;
      return [];
    },
    earliestOffset: async () => 0,
  };
}
