import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect } from 'vitest';
import { writeLoadRecording } from '../support/load-recording.ts';
import { offbeat } from './run-cli.ts';

/** Folders of one test file, in which each test has a store of its own to replay into. */
export class ReplayedStore {
  readonly directory = mkdtempSync(join(tmpdir(), 'offbeat-commands-'));
  /** The `--data` of this test. */
  data = '';

  constructor() {
    afterAll(() => rmSync(this.directory, { recursive: true }));
    beforeEach(() => {
      this.data = mkdtempSync(join(this.directory, 'data-'));
    });
  }

  /** Writes a recording with a load, and these lines after it. @returns its file */
  recordingWith(...more: readonly string[]): string {
    const file = join(mkdtempSync(join(this.directory, 'recording-')), 'beats.ndjson');
    writeLoadRecording(file, ...more);
    return file;
  }

  /** Returns what `replay --json` prints, without its duration. */
  async replayJson(file: string) {
    const { status, stdout } = await offbeat(['replay', file, '--data', this.data, '--json']);
    expect(status).toBe(0);
    const { seconds, ...rest } = JSON.parse(stdout);
    expect(seconds).toBeGreaterThan(0);
    return rest;
  }
}
