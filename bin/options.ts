import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { durationSchema } from '../functions/shared/domain/duration-schema.ts';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import { openSearchUrl } from '../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';
import { othersDirectory, storeFile } from '../local/data-dir.ts';
import { loadSettings, settingsPath } from '../settings/file.ts';

/** What a command that opens the flow takes. */
export interface FlowOptions {
  readonly data?: string;
  readonly settings?: string;
}

export const settingsFlag = '--settings <file>';
export const settingsHelp = 'settings file; offbeat.yaml where it is there';

export function settingsOf({ settings }: FlowOptions): Settings {
  return loadSettings(settingsPath(settings));
}

/**
 * For commands that ask a store, so that a wrong directory does not read as a quiet one.
 * @throws {UsageError} if there is none in the directory, or it belongs to another user
 */
export function requireStore(dir: string): void {
  if (existsSync(join(dir, storeFile))) return;
  const others = othersDirectory(dir);
  if (others !== undefined) throw new UsageError(others);
  throw new UsageError(
    `there is no store in ${dir}; name another with --data, or "offbeat start --data ${dir}" makes one`,
  );
}

/**
 * The store of a command that looks into what a run keeps.
 * @param variables name the servers that hold all of that, where they are set
 * @returns `undefined`, which is a store to throw away, where no file of one's own is needed
 * @throws {UsageError} if one is needed and there is none
 */
export function storeOrServers(dir: string, variables: readonly string[]): string | undefined {
  if (variables.every((name) => optional(process.env, name) !== undefined)) return undefined;
  requireStore(dir);
  return dir;
}

/** The environment without a warehouse: a remedy must not wait for what it does not touch. */
export const withoutWarehouse = (env: Environment): Environment => ({ ...env, [openSearchUrl]: undefined });

/** Ends a command's help with what may be typed as it stands. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', ['\nExamples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}

/** Reads an argument that names something. @param expected such as `an alert's id` */
export function idOf(expected: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== '') return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** @param max inclusive */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

export function speed(text: string): number | 'max' {
  if (text === 'max') return text;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected "max" or how many times faster than it happened, such as 60.');
}

/** `2h` to milliseconds. */
export function duration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (parsed.success && parsed.data > 0) return parsed.data;
  throw new InvalidArgumentError('Expected a duration such as 30m, 2h or 1d.');
}

/** A time with seconds, or to the minute: zod takes the second with an offset only where it is asked for. */
const zonedTimeSchema = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

/** `2026-11-23T22:00+01:00`, or a duration from now, to ms since the epoch. */
export function moment(text: string): number {
  if (zonedTimeSchema.safeParse(text).success) return Date.parse(text);
  const fromNow = durationSchema.safeParse(text);
  if (fromNow.success) return Date.now() + fromNow.data;
  throw new InvalidArgumentError(
    'Expected a time with its zone, such as 2026-11-23T22:00Z or 2026-11-23T22:00+01:00, or a duration from now, such as 2h.',
  );
}
