import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { alertSchema } from '../../functions/shared/domain/alert.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { offbeat } from '../bin/run-cli.ts';

const outcomeSchema = z.object({
  documents: z.int(),
  samples: z.int(),
  series: z.int(),
  anomalies: z.int(),
  alerts: z.int(),
  deadLetters: z.int(),
  alertList: z.array(alertSchema),
});

/** The store of a field case that was replayed, and what the replay printed. */
export interface ReplayedCase extends z.output<typeof outcomeSchema> {
  readonly status: number | null;
  readonly stderr: string;
  /** The folder of the store, for `--data`. */
  readonly data: string;
}

/** Folders that are removed when the test file has run. */
export class CaseFolders {
  readonly #made: string[] = [];

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-case-'));
    this.#made.push(folder);
    return folder;
  }

  remove(): void {
    for (const folder of this.#made) rmSync(folder, { recursive: true });
  }

  /** Writes a recording. @returns its file */
  recording(content: string | Buffer): string {
    const file = join(this.make(), 'recording.ndjson');
    writeFileSync(file, content);
    return file;
  }

  /** Runs `npx offbeat replay FILE --data DIR --json` with a file or the name of an input, and further options. */
  async replay(file: string, ...options: readonly string[]): Promise<ReplayedCase> {
    const data = this.make();
    const path = file.includes('/') ? file : join(import.meta.dirname, 'inputs', `${file}.ndjson.gz`);
    const { status, stdout, stderr } = await offbeat(['replay', path, '--data', data, '--json', ...options]);
    return { ...outcomeSchema.parse(JSON.parse(stdout)), status, stderr, data };
  }
}

/** Reads from the store of a replayed case. */
export async function readStore<T>({ data }: ReplayedCase, read: (embedded: Embedded) => Promise<T>): Promise<T> {
  const embedded = await openEmbedded({ dataDir: data, settings: defaultSettings, terminal: () => {} });
  try {
    return await read(embedded);
  } finally {
    await embedded.close();
  }
}
