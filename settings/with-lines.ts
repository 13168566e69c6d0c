import type { Settings } from '../functions/shared/domain/settings.ts';
import { parseSettings } from './file.ts';

/**
 * Returns settings with the entries of a text behind their own, as an operator adds them: overrides of the catalogue, entities
 * that may stop, and edges.
 * @param lines the lines of `offbeat.yaml`
 * @throws {UsageError} if the lines are wrong
 */
export function withLines(settings: Settings, lines: readonly string[]): Settings {
  const added = parseSettings(lines.join('\n'), 'the proposal');
  return {
    ...settings,
    catalogue: [...settings.catalogue, ...added.catalogue],
    edges: [...settings.edges, ...added.edges],
    noData: { ...settings.noData, ignore: [...settings.noData.ignore, ...added.noData.ignore] },
  };
}
