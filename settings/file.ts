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
 * Returns the file that is in force when none is named: `offbeat.yaml` in the current folder, or `undefined` if there is
 * none. A link to nothing is returned too, so that reading it fails.
 */
export function settingsPath(given: string | undefined): string | undefined {
  return given ?? (lstatSync(defaultSettingsPath, { throwIfNoEntry: false }) && defaultSettingsPath);
}

export interface SettingsFile {
  readonly settings: Settings;
  /** As they stand in the file, without defaults: what each function is deployed with. */
  readonly written: z.input<typeof settingsSchema>;
  readonly deployment: DeploymentSettings;
}

/**
 * Returns the settings of a YAML file, with the defaults for all that it leaves out.
 * @param path `undefined`: the defaults alone
 * @throws {UsageError} for a file that cannot be read or is wrong, in one line: file, line, key, what was expected, what
 *   came
 */
export function loadSettings(path: string | undefined): Settings {
  return loadSettingsFile(path).settings;
}

/** Returns the same with all that a deployment needs. */
export function loadSettingsFile(path: string | undefined): SettingsFile {
  return path === undefined
    ? parseSettingsFile('', defaultSettingsPath)
    : parseSettingsFile(readSettingsText(path), path);
}

/**
 * Returns the settings of a text.
 * @param name stands for the file in messages
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
