import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNormalise } from '../../../functions/normalise/handler.ts';
import type { Settings } from '../../../functions/shared/domain/settings.ts';
import type { KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { type Embedded, openEmbedded } from '../../../local/embedded.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { type Documents, documentsOf } from '../documents.ts';
import type { KafkaReader } from '../kafka.ts';

/** A record without what the log adds. */
export interface Sent {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Effects {
  readonly returned: unknown;
  readonly sent: readonly Sent[];
  /** The messages of the alert topic. */
  readonly published: readonly string[];
  readonly documents: Documents;
}

const folder = join(import.meta.dirname, '../../../events');

/** Returns one of `events/`, by its name without its ending. */
export const eventOf = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/**
 * Returns the effects of an event in the embedded run, on a store of its own. The effects on Lambda must be the same.
 */
export async function embeddedEffects(name: string, event: unknown, settings: Settings): Promise<Effects> {
  const embedded = await openEmbedded({ dataDir: undefined, settings, terminal: () => {} });
  try {
    const returned = (await invoke(embedded, name, event)) ?? null;
    const sent = Object.values(topics).flatMap((topic) => {
      const count = embedded.store.broker.endOffset(topic, 0);
      return count === 0
        ? []
        : embedded.store.broker.read(topic, 0, 0, { recordsMax: count, bytesMax: Number.MAX_SAFE_INTEGER }).map(sentOf);
    });
    const messages = embedded.store.queue.receive(Number.MAX_SAFE_INTEGER, Date.now(), 0);
    const published = messages.map(({ body }) => publishedIn(body));
    return { returned, sent, published, documents: await documentsOf(embedded.store.warehouse, families) };
  } finally {
    await embedded.close();
  }
}

/**
 * Invokes a function as Lambda does. `embedded.invoke` runs normalise by hand, which leaves out what depends on the
 * place in the log; Lambda never does.
 */
function invoke(embedded: Embedded, name: string, event: unknown): Promise<unknown> {
  if (name !== 'normalise') return embedded.invoke(name, event);
  return createNormalise(embedded.ports)(event as KafkaEvent, lambdaContext());
}

/** Returns the published message inside the envelope in which SNS sends it to SQS. */
export const publishedIn = (body: string): string => JSON.parse(body).Message;

/** The end of each topic, from which later records are found. */
export type Ends = ReadonlyMap<string, number>;

export async function endsOf(reader: KafkaReader): Promise<Ends> {
  const ends = Object.values(topics).map(async (topic) => [topic, await reader.endOffset(topic, 0)] as const);
  return new Map(await Promise.all(ends));
}

export async function sentSince(ends: Ends, reader: KafkaReader): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const [topic, end] of ends) sent.push(...(await reader.read(topic, 0, end)).map(sentOf));
  return sent;
}

/**
 * Returns a record without what the log adds, and without the time of a command, which is the time of its arrival where
 * its sender gives none.
 */
function sentOf({ topic, key, value, headers }: LogRecord): Sent {
  return { topic, key, value: withoutCommandTime(value), headers: { ...headers } };
}

/** Returns the text of a value without the time of a command. */
export const withoutCommandTime = (value: Buffer | null): string => `${value}`.replace(/"atMs":\d+/, '"atMs":0');
