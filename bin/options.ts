import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { durationSchema } from '../functions/shared/domain/duration-schema.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import { openSearchUrl } from '../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';
import { lacksZone, momentExpected, parseMoment } from '../functions/shared/time/moment.ts';
import { othersDirectory, storeFile } from '../local/data-dir.ts';
import { loadSettings, settingsPath } from '../settings/file.ts';

/** The options of a command that opens a store. */
export interface FlowOptions {
  readonly data?: string;
  readonly settings?: string;
}

export const settingsFlag = '--settings <file>';
export const settingsHelp = 'settings file; default: offbeat.yaml, if the current folder has one';

/** Returns the settings that a command works with. @throws {UsageError} if the file cannot be read or is wrong */
export function settingsOf({ settings }: FlowOptions): Settings {
  return loadSettings(settingsPath(settings));
}

/**
 * Refuses a folder without a store, which would otherwise look like a store without alerts.
 * @throws {UsageError} if the folder has no store, or the store belongs to another user
 */
export function requireStore(dir: string): void {
  if (existsSync(join(dir, storeFile))) return;
  const others = othersDirectory(dir);
  if (others !== undefined) throw new UsageError(others);
  throw new UsageError(
    `there is no store in ${dir}; name another folder with --data, or make a store with "offbeat start --data ${dir}"`,
  );
}

/**
 * Returns the folder of the store that a command needs.
 * @param variables the variables that name the servers on which all of this is kept instead, if every one is set
 * @returns `undefined` if the servers hold it all: the command then works with a temporary store
 * @throws {UsageError} if a store is needed and the folder has none
 */
export function storeOrServers(dir: string, variables: readonly string[]): string | undefined {
  if (variables.every((name) => optional(process.env, name) !== undefined)) return undefined;
  requireStore(dir);
  return dir;
}

/** Returns the environment without the warehouse: a remedy must not wait for a server that it does not use. */
export const withoutWarehouse = (env: Environment): Environment => ({ ...env, [openSearchUrl]: undefined });

/** Adds examples to the end of a command's help, each of which can be typed as it is. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', ['\nExamples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}

/** Returns a parser of an argument that is an id. @param expected such as `an alert's id` */
export function idOf(expected: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== '') return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** Returns a parser of a whole number within limits. @param max inclusive */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Returns the speed of a replay, as a multiple of real time, or `max`. */
export function speed(text: string): number | 'max' {
  if (text === 'max') return text;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected "max", or how many times faster than real time, such as 60.');
}

/** Returns a time as the API reads it, unchanged: the API resolves `-1h` by its own clock. */
export function momentText(text: string): string {
  if (parseMoment(text) !== undefined) return text;
  throw new InvalidArgumentError(`${momentExpected.replace(/^e/, 'E')}.`);
}

/** Returns a duration in ms. @example duration('2h'); // => 7_200_000 */
export function duration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (parsed.success && parsed.data > 0) return parsed.data;
  throw new InvalidArgumentError('Expected a duration such as 30m, 2h or 1d.');
}

/**
 * Returns a time of the future, ms since the epoch, from a text such as `2026-11-23T22:00+01:00`, `+2h`, or a duration from now such
 * as `2h`. A time of day needs its zone: a person means that of the wall clock, and the machine may have another one.
 */
export function moment(text: string): number {
  const fromNow = durationSchema.safeParse(text);
  if (fromNow.success) return Date.now() + fromNow.data;
  const parsed = lacksZone(text) || /^\d+(-\d+)*$/.test(text) ? undefined : parseMoment(text);
  if (parsed !== undefined) return parsed.atMs(Date.now());
  throw new InvalidArgumentError(
    'Expected a time with its zone, such as 2026-11-23T22:00Z or 2026-11-23T22:00+01:00, or a duration from now, such as 2h.',
  );
}
