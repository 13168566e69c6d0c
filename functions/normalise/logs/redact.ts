import type { Settings } from '../../shared/domain/settings.ts';
import { withoutTokens } from '../../shared/domain/withheld.ts';
import { patternsOf } from './patterns.ts';

/** Matches a secret after its name: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`. */
const named =
  /((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credentials?)["']?[=:] ?["']?(?:(?:bearer|basic) )?)[^\s"',;&]+/gi;

/**
 * Returns a line with `…` in place of what may be secret: matches of the settings' `logs.redact`, values after names such
 * as `password=`, tokens, keys, and the paths of addresses.
 */
export function redacted(line: string, settings: Settings): string {
  let text = line;
  for (const pattern of patternsOf(settings)) text = pattern.matcher(text).replaceAll('…');
  return withoutTokens(text.replace(named, '$1…'));
}
