import type { Settings } from '../../shared/domain/settings.ts';
import { withoutTokens } from '../../shared/domain/withheld.ts';

/** Matches a secret after its name: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`. */
const named =
  /((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credentials?)["']?[=:] ?["']?(?:(?:bearer|basic) )?)[^\s"',;&]+/gi;

/**
 * Returns a line without what may be secret: values after names such as `password=`, tokens, keys, and the paths of
 * addresses.
 */
export function redacted(line: string, _settings: Settings): string {
  return withoutTokens(line.replace(named, '$1…'));
}
