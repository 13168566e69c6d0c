import { RE2JS, RE2JSSyntaxException } from 're2js';
import { UsageError } from '../../shared/domain/errors.ts';
import type { Settings } from '../../shared/domain/settings.ts';

/**
 * Returns what is wrong with a pattern of the settings; `undefined` for one that can be used. Patterns are regular expressions
 * of RE2, which has no look-around and no back references, so that its time is in proportion to the text for any pattern.
 */
export function patternFault(pattern: string): string | undefined {
  try {
    return RE2JS.compile(pattern).matches('') ? 'expected a pattern that matches no empty text' : undefined;
  } catch (error) {
    // The message has the pattern, too, which messages about settings do not show.
    const reason = error instanceof RE2JSSyntaxException ? error.getDescription() : 'it cannot be compiled';
    return `expected a regular expression of RE2: ${reason}`;
  }
}

const compiled = new WeakMap<Settings, readonly RE2JS[]>();

/**
 * Returns the compiled patterns of the settings. They are compiled once.
 * @throws {UsageError} if one cannot be used
 */
export function patternsOf(settings: Settings): readonly RE2JS[] {
  const known = compiled.get(settings);
  if (known !== undefined) return known;
  const patterns = settings.logs.redact.map((pattern, nth) => {
    const fault = patternFault(pattern);
    if (fault !== undefined) throw new UsageError(`logs.redact[${nth}]: ${fault}`);
    return RE2JS.compile(pattern);
  });
  compiled.set(settings, patterns);
  return patterns;
}
