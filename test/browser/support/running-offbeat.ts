import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** The number of incidents in the bundled recording. */
const incidents = 6;

const script = join(import.meta.dirname, '../../../bin/offbeat.js');

/** A process of `npx offbeat start` on a new store, that watches nothing by itself. */
export class RunningOffbeat {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';

  private constructor(folder: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    const run = ['start', '--data', join(folder, 'store'), '--port', '0', '--no-host', '--no-self-check', ...args];
    this.#child = spawn(process.execPath, [script, ...run], { env: { ...process.env, NO_COLOR: '1', ...env } });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk) => {
        this.#output += chunk;
      });
  }

  /**
   * Starts it, and waits until it answers.
   * @param settings the text of offbeat.yaml
   * @param args further arguments of `start`
   * @param env variables beside those of this process
   */
  static async start(
    settings: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<RunningOffbeat> {
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-browser-'));
    const file = join(folder, 'offbeat.yaml');
    writeFileSync(file, settings);
    const started = new RunningOffbeat(folder, ['--settings', file, ...args], env);
    await until(async () => {
      if (started.#child.exitCode !== null) throw new Error(`offbeat start has ended: ${started.#output}`);
      return started.#address;
    }, 'the address of offbeat start');
    return started;
  }

  get #address(): string | undefined {
    return /answers on (\S+),/.exec(this.#output)?.[1];
  }

  /** The address at which it answers. */
  get url(): string {
    return this.#address!;
  }

  /** Returns the answer of a route of the API. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Returns the alerts of the bundled recording, once it was replayed to its end. */
  async alertsOfRecording(): Promise<readonly { readonly id: string; readonly title: string }[]> {
    return until(async () => {
      const path = '/api/alerts?cluster=recorded';
      const { alerts } = await this.get<{ alerts: readonly { id: string; title: string; status: string }[] }>(path);
      const areOver = alerts.length >= incidents && alerts.every(({ status }) => status === 'resolved');
      return areOver ? alerts : undefined;
    }, 'the end of the recording');
  }

  /** Sends documents as a Beat does. */
  async ship(documents: readonly object[]): Promise<void> {
    const lines = documents.flatMap((document) => ['{"create":{}}', JSON.stringify(document)]);
    const headers = { 'content-type': 'application/x-ndjson' };
    const body = `${lines.join('\n')}\n`;
    const response = await fetch(`${this.url}/metricbeat/_bulk`, { method: 'POST', headers, body });
    const { errors } = (await response.json()) as { readonly errors: boolean };
    if (!response.ok || errors) throw new Error(`documents were not accepted: ${response.status}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'close');
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
