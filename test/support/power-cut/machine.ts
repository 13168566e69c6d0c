import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Health } from '../../../functions/api/health.ts';
import { settledAs } from '../../../functions/shared/domain/delivery.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { Receiver } from '../sigkill/receiver.ts';
import { PowerCut } from './power-cut.ts';
import { Shipper } from './shipper.ts';

const root = join(import.meta.dirname, '../../..');
const recording = join(root, 'events/recordings/cluster-load.ndjson.gz');
const receiverName = 'hook';

/** The losses of the cuts that contradict an answer that was given. */
export interface TakenBack {
  /** The number of webhooks whose acknowledgement was recorded at some cut. */
  readonly recorded: number;
  /** The documents that were acknowledged and are missing, or exist twice. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** The webhooks that were received again after their acknowledgement had been recorded. */
  readonly repeated: readonly string[];
}

/**
 * A machine that runs `offbeat start` and loses its power now and then, with a shipper and a receiver of webhooks
 * elsewhere.
 */
export class Machine {
  readonly shipper = new Shipper();
  readonly receiver = new Receiver();
  readonly #directory: string;
  readonly #power: PowerCut;
  readonly #nodeOptions: readonly string[];
  /**
   * The number of times that each webhook had been received when its acknowledgement was first found recorded at a cut.
   */
  readonly #receiptsAtCut = new Map<string, number>();
  #hook = '';

  /** @param directory an empty one @param nodeOptions the options of the process that runs `offbeat start` */
  constructor(directory: string, nodeOptions: readonly string[] = []) {
    this.#directory = directory;
    this.#power = new PowerCut(directory);
    this.#nodeOptions = nodeOptions;
  }

  get #dataDir(): string {
    return join(this.#power.folder, 'data');
  }

  async open(): Promise<void> {
    this.#hook = await this.receiver.listen();
  }

  close(): void {
    this.receiver.close();
  }

  /**
   * Runs until so many webhooks were received and then so many documents were acknowledged, and cuts the power. A webhook
   * that came after the others is not looked at: the process may have been killed while its record waited for the disk.
   */
  async runUntil(webhooks: number, documents: number): Promise<void> {
    const process = await this.#start();
    const ended = new AbortController();
    const shipping = this.shipper.ship(process.url, ended.signal);
    await until(() => this.receiver.received.size >= webhooks, process);
    const received = new Set(this.receiver.received.keys());
    const enough = this.shipper.acknowledged.size + documents;
    await until(() => this.shipper.acknowledged.size >= enough, process);
    process.child.kill('SIGKILL');
    ended.abort();
    await Promise.all([process.closed, shipping]);
    const recorded = await this.#recorded();
    for (const id of recorded.intersection(received)) {
      if (!this.#receiptsAtCut.has(id)) this.#receiptsAtCut.set(id, this.receiver.received.get(id)!.length);
    }
    this.#power.cut();
  }

  /** Runs until everything is processed, and stops. */
  async runToEnd(): Promise<TakenBack> {
    const process = await this.#start();
    await this.shipper.shipRest(process.url);
    await until(() => process.output.includes('replayed '), process);
    await until(() => isWorkedOff(process.url), process);
    process.child.kill('SIGINT');
    await process.closed;
    const counts = this.#documents();
    return {
      recorded: this.#receiptsAtCut.size,
      lost: [...this.shipper.acknowledged].filter((id) => !counts.has(id)),
      doubled: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
      repeated: [...this.#receiptsAtCut]
        .filter(([id, receipts]) => this.receiver.received.get(id)!.length > receipts)
        .map(([id]) => id),
    };
  }

  async #start(): Promise<Started> {
    const settings = join(this.#directory, 'offbeat.yaml');
    writeFileSync(
      settings,
      JSON.stringify({
        receivers: [
          { name: receiverName, webhook: { url: this.#hook, secret: 'env:POWER_CUT_SECRET', allowPrivate: true } },
        ],
      }),
    );
    const child = spawn(
      process.execPath,
      [
        ...this.#nodeOptions,
        join(root, 'bin/offbeat.js'),
        ...[
          'start',
          '--data',
          this.#dataDir,
          '--settings',
          settings,
          '--port',
          '0',
          '--no-host',
          '--no-self-check',
          '--replay',
          recording,
        ],
      ],
      { env: { ...process.env, ...this.#power.env, POWER_CUT_SECRET: this.receiver.secret } },
    );
    const started = { child, output: '', url: '', closed: once(child, 'close') };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        started.output += text;
      });
    }
    await until(() => {
      started.url = /answers on (\S+),/.exec(started.output)?.[1] ?? '';
      return started.url !== '';
    }, started);
    return started;
  }

  /** Returns the ids of the webhooks whose acknowledgement the process had recorded, whether it was synced or not. */
  async #recorded(): Promise<Set<string>> {
    const copy = join(this.#directory, 'at-the-cut');
    cpSync(this.#dataDir, copy, { recursive: true });
    const store = openStore(join(copy, 'offbeat.db'), defaultLayout, systemClock);
    const recorded = new Set<string>();
    for (const [id, [body]] of this.receiver.received) {
      const { id: alertId, revision, firstPageRevision } = JSON.parse(body!).data;
      const key = { receiver: receiverName, alertId };
      const item = await store.deliveryStore.changeDelivery(key, (known) => ({ answer: known }));
      if (settledAs(item, revision, firstPageRevision) !== undefined) recorded.add(id);
    }
    store.close();
    rmSync(copy, { recursive: true });
    return recorded;
  }

  /** Returns the number of times that each shipped document is in the log. */
  #documents(): Map<string, number> {
    const counts = new Map<string, number>();
    const store = openStore(join(this.#dataDir, 'offbeat.db'), defaultLayout, systemClock);
    for (let partition = 0; partition < defaultLayout.partitions[topics.beats]; partition += 1) {
      for (const { value } of store.broker.read(topics.beats, partition, 0, { recordsMax: 1e6, bytesMax: 1e9 })) {
        const id = value === null ? undefined : /"message":"(shipped-\d+)"/.exec(value.toString())?.[1];
        if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    store.close();
    return counts;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown>;
  output: string;
  url: string;
}

/** Waits for a condition. @throws if the process ends before */
async function until(isTrue: () => boolean | Promise<boolean>, started: Started): Promise<void> {
  while (!(await isTrue())) {
    const { exitCode, signalCode } = started.child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`the process ended with ${exitCode ?? signalCode}: ${started.output}`);
    }
    await delay(20);
  }
}

/** Returns whether every partition is read except for the newest ticks, and the queue is empty. */
async function isWorkedOff(url: string): Promise<boolean> {
  const { stages } = (await (await fetch(`${url}/api/health`)).json()) as Health;
  return stages.flatMap(({ sources }) => sources).every((source) => !('topic' in source) || source.lagRecords < 5);
}
