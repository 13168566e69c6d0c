import { lstatSync } from 'node:fs';
import type * as z from 'zod';
import type { Settings, settingsSchema } from '../functions/shared/domain/settings.ts';
import type { DeploymentSettings } from './deployment.ts';
import { refusalOf } from './problems.ts';
import { readSettingsText } from './read-text.ts';
import { fileSchema } from './schema.ts';
import { parseYaml } from './yaml.ts';

const defaultSettingsPath = 'offbeat.yaml';

/**
 * Returns the path of the settings file: the one that is named, else `offbeat.yaml` if the current folder has one, else
 * `undefined`. A broken link counts as a file, so that reading it fails.
 */
export function settingsPath(given: string | undefined): string | undefined {
  return given ?? (lstatSync(defaultSettingsPath, { throwIfNoEntry: false }) && defaultSettingsPath);
}

/** The parsed settings of a file. */
export interface SettingsFile {
  readonly settings: Settings;
  /** The settings as written in the file, without defaults: each function is deployed with them. */
  readonly written: z.input<typeof settingsSchema>;
  readonly deployment: DeploymentSettings;
}

/**
 * Returns the settings of a YAML file, with the defaults for the keys that it leaves out.
 * @param path `undefined` for the defaults alone
 * @throws {UsageError} if the file cannot be read or is wrong, in one line: file, line, key, the expected and the found
 *   value
 */
export function loadSettings(path: string | undefined): Settings {
  return loadSettingsFile(path).settings;
}

/** Returns the settings with those of the deployment. @throws {UsageError} as {@link loadSettings} */
export function loadSettingsFile(path: string | undefined): SettingsFile {
  return path === undefined
    ? parseSettingsFile('', defaultSettingsPath)
    : parseSettingsFile(readSettingsText(path), path);
}

/**
 * Returns the settings of a text.
 * @param name the name of the file in messages
 * @throws {UsageError} as {@link loadSettings}
 */
export function parseSettings(text: string, name: string): Settings {
  return parseSettingsFile(text, name).settings;
}

function parseSettingsFile(text: string, name: string): SettingsFile {
  const yaml = parseYaml(text, name);
  const content = yaml.value ?? {};
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw refusalOf(parsed.error.issues, yaml);
  const { deployment, ...settings } = parsed.data;
  const { deployment: _, ...written } = content as z.input<typeof fileSchema>;
  return { settings, written, deployment };
}
