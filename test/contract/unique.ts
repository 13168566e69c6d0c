import { randomUUID } from 'node:crypto';

/** A name nobody else has: a suite may run on a server that holds what others left there. */
export const unique = (word: string): string => `${word}-${randomUUID()}`;
