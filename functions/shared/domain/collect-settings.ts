import * as z from 'zod';
import { durationWithin } from './duration-within.ts';
import { secretReferenceSchema } from './secret-reference.ts';

/** The log-ins of Kafka with a password, as settings and flags name them. */
export const saslNames = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** The longest time of a collection, ms, if the settings have none and the period is not shorter. */
const timeoutDefaultMs = 20_000;

/** The most targets, each of which a process collects at the same time. */
const targetsMax = 100;

const targetSchema = z.strictObject({
  target: z
    .string()
    .min(1)
    .max(512)
    .describe(
      'The address: moosefs://HOST, kafka://USER@HOST:9092, https://USER@HOST:9200, msk://NAME or aws://queues, never with a password.',
    ),
  period: durationWithin('10s', '1h')
    .prefault('30s')
    .describe('The time between two collections; 10s to 1h, of MSK at least 1m, of aws://queues 5m.'),
  timeout: durationWithin('1s', '1m')
    .optional()
    .describe('The longest time of a collection; 1s to 1m, at most the period. By default 20s, or the shorter period.'),
  networks: z
    .array(z.string().max(64))
    .min(1, 'expected at least one network, or none of the key')
    .max(50)
    .optional()
    .describe('Networks in which chunkservers of a storage are asked for their disks; by default private ones.'),
  password: secretReferenceSchema.optional().describe('The password of the user in the address, by reference.'),
  sasl: z.enum(saslNames).optional().describe('The log-in of Kafka; by default scram-sha-512.'),
  tls: z.boolean().optional().describe('Whether the connections to Kafka are encrypted.'),
  ca: z.string().min(1).max(4_096).optional().describe('A file with certificates of your own authority, PEM.'),
});

/** A target that is collected regularly. */
export type CollectSettings = z.infer<typeof targetSchema>;

/** The targets that are collected regularly. What an address means is checked with the file (`settings/schema.ts`). */
export const collectSchema = z
  .array(targetSchema)
  .max(targetsMax)
  .default([])
  .describe('Storages, Kafka, OpenSearch and MSK clusters that Offbeat asks regularly (docs/storage.md).');

/** Returns the longest time of a collection, ms. A collection that takes longer than its period would be in the way of the next. */
export const timeoutMsOf = ({ timeout, period }: CollectSettings): number =>
  timeout ?? Math.min(timeoutDefaultMs, period);
