import { randomUUID } from 'node:crypto';

/** Returns a name that no other run has: a suite may run on a server that keeps what others created. */
export const unique = (word: string): string => `${word}-${randomUUID()}`;
