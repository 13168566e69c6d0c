import type { SettingsSource } from '../functions/api/settings-source.ts';
import { tokenVariables } from '../functions/shared/environment/token-variables.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';
import { readSettingsText } from './read-text.ts';
import { offsetOf } from './source.ts';
import { parseYaml } from './yaml.ts';

/**
 * Returns the place of the settings of a file, for who asks where a setting comes from.
 * @param path `undefined` for the defaults alone
 * @throws {UsageError} if the file cannot be read
 */
export function locatedSettings(path: string | undefined, env: Environment): SettingsSource {
  const { value, document, source } = parseYaml(path === undefined ? '' : readSettingsText(path), path ?? '');
  const isWritten = (keys: readonly string[]): boolean => valueAt(value, keys) !== undefined;
  return {
    ...(path !== undefined && { file: path }),
    isWritten,
    lineOf: (keys) => (isWritten(keys) ? source.lineOf(offsetOf(document, keys)) : undefined),
    variables: Object.entries(tokenVariables).map(([role, name]) => ({
      name,
      isSet: optional(env, name) !== undefined,
      description: `The token with which other machines use the API as ${role}.`,
    })),
  };
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
