/** The place of the settings that are in force. */
export interface SettingsSource {
  /** The settings file; absent without one. */
  readonly file?: string;
  /** Returns whether a setting was written, by its keys from the top. */
  isWritten(path: readonly string[]): boolean;
  /** Returns the line of a setting, from 1; `undefined` if it has none. */
  lineOf(path: readonly string[]): number | undefined;
  /** The variables of the environment that are settings too. Each is a secret. */
  readonly variables: readonly { readonly name: string; readonly isSet: boolean; readonly description: string }[];
}
