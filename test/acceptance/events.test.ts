import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames, functions } from '../../functions/functions.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { openEmbedded } from '../../local/embedded.ts';

const folder = join(import.meta.dirname, '../../events');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const functionOf = (file: string): string => file.split('.')[0]!;

/** Names of the functions that the embedded run does not have. */
const deployedOnly: readonly string[] = functionNames.filter((name) => !functions[name].isEmbedded);

describe('the sample events', () => {
  it.each(files.filter((file) => !deployedOnly.includes(functionOf(file))))(
    '%s can be handed to its function',
    async (file) => {
      const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {} });
      try {
        await embedded.invoke(functionOf(file), JSON.parse(readFileSync(join(folder, file), 'utf8')));
        const failures = Object.keys(embedded.telemetry.counts()).filter((counter) => counter.startsWith('failures'));
        expect(failures).toEqual([]);
      } finally {
        await embedded.close();
      }
    },
  );

  it('contain at least one for every function', () => {
    const served = new Set(files.map(functionOf));
    expect(functionNames.filter((name) => !served.has(name))).toEqual([]);
  });
});
