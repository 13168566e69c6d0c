import { expect } from 'vitest';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { LedgerKey } from '../../functions/shared/ports/ledger.ts';
import { silentTelemetry, type Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { dedupBlock } from '../../functions/shared/runner/dedup.ts';
import { createRunner, type RunnerPorts } from '../../functions/shared/runner/runner.ts';
import { loadBlocks } from '../../functions/shared/runner/state-blocks.ts';
import type { Step } from '../../functions/shared/runner/step.ts';
import { Crash, type Decide, failOnce, withFaults } from './faults.ts';
import { memoryPorts } from './memory-ports.ts';
import { tallyStep } from './tally.ts';

export const upstream: LedgerKey = { stage: 'detect', topic: topics.samples, partition: 0 };

/** A step that counts what reaches `signals`, so that a lost or doubled record between the stages shows. */
const receiverStep: Step<Parameters<typeof tallyStep.apply>[0]> = {
  ...tallyStep,
  stage: 'alert',
  apply(state, record, context) {
    tallyStep.apply(state, { ...record, value: Buffer.from(`quiet ${record.value}`) }, context);
    return [];
  },
};

const neverAborted = new AbortController().signal;

/**
 * Two stages in a row over memory: words on `samples` are counted, and the counts that are emitted on `signals` too.
 */
export class Chain {
  readonly ports = memoryPorts();
  #attempts = 0;

  word(text: string, headers: Record<string, string> = {}): LogRecord {
    const record: OutgoingRecord = {
      topic: topics.samples,
      partition: 0,
      key: text,
      value: Buffer.from(text),
      headers,
    };
    void this.ports.eventLog.append([record]);
    return this.samples().at(-1)!;
  }

  words(...texts: readonly string[]): LogRecord[] {
    return texts.map((text) => this.word(text));
  }

  samples(): LogRecord[] {
    return this.ports.eventLog.records(topics.samples);
  }

  /** Creates a worker of the first stage, with its own cache and its own faults over the same servers. */
  worker(decide: Decide = () => undefined, step = tallyStep) {
    const ports: RunnerPorts = {
      ...this.ports,
      ledger: withFaults('ledger', this.ports.ledger, decide),
      objects: withFaults('objects', this.ports.objects, decide),
      eventLog: withFaults('eventLog', this.ports.eventLog, decide),
    };
    const run = createRunner(step, ports, this.#attemptId);
    return (records: readonly LogRecord[], signal: AbortSignal = neverAborted): Promise<void> =>
      run({ topic: topics.samples, partition: 0, records }, signal);
  }

  readonly #attemptId = (): string => {
    this.#attempts += 1;
    return `attempt${this.#attempts}`;
  };

  /** Returns everything that was emitted on `signals`, counted once each by the second stage. */
  async received(): Promise<Record<string, number>> {
    const run = createRunner(receiverStep, this.ports, this.#attemptId);
    const records = this.ports.eventLog.records(topics.signals);
    await run({ topic: topics.signals, partition: 0, records }, neverAborted);
    const counts = await this.state({ stage: 'alert', topic: topics.signals, partition: 0 });
    return Object.fromEntries(Object.entries(counts).map(([word, count]) => [word.slice('quiet '.length), count]));
  }

  /** Returns the state as a worker would load it now. */
  async state(key: LedgerKey = upstream): Promise<Record<string, number>> {
    const blocks = await loadBlocks(key, await this.ports.ledger.read(key), this.ports);
    blocks.delete(dedupBlock);
    return Object.fromEntries([...blocks].sort().map(([word, bytes]) => [word, Number(Buffer.from(bytes))]));
  }

  texts(topic: Topic): string[] {
    return this.ports.eventLog.records(topic).map((record) => `${record.value}`);
  }

  deadLetters(): { text: string; reason: string; offset: string; detail: string }[] {
    return this.ports.eventLog.records(topics.deadLetters).map(({ value, headers }) => ({
      text: `${value}`,
      reason: headers[letterHeader.reason] ?? '',
      offset: headers[letterHeader.offset] ?? '',
      detail: headers[letterHeader.detail] ?? '',
    }));
  }
}

/** Returns the expected counts and emitted records of `words`, once each. */
export function expectedOf(words: readonly string[]): { state: Record<string, number>; sent: Record<string, number> } {
  const state: Record<string, number> = {};
  const sent: Record<string, number> = {};
  for (const word of words) {
    state[word] = (state[word] ?? 0) + 1;
    if (!word.startsWith('quiet')) sent[`${word} ${state[word]}`] = 1;
  }
  return { state, sent };
}

/** Returns the headers that a producer of `samples` puts on its records. */
export function positioned(number: number, sourceMs: number, epoch = 0): Record<string, string> {
  return { [header.position]: `normalise/offbeat.beats/0 ${epoch} ${number} 0`, [header.sourceTime]: String(sourceMs) };
}

/** Expects the counted and emitted words to be those of `words`, once each. */
export async function expectOnce(chain: Chain, words: readonly string[]): Promise<void> {
  const expected = expectedOf(words);
  expect(await chain.state()).toEqual(expected.state);
  expect(await chain.received()).toEqual(expected.sent);
}

/** Returns a chain in which `words` are decided but their effects are not sent. */
export async function leftInDoubt(...words: readonly string[]): Promise<Chain> {
  const chain = new Chain();
  const dying = chain.worker(failOnce('eventLog.append', 'before', new Crash()));
  await expect(dying(chain.words(...words))).rejects.toThrow(Crash);
  return chain;
}

/** Returns a telemetry that only sums. */
export function counting(): { telemetry: Telemetry; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const count = (metric: string, by = 1): void => {
    counts[metric] = (counts[metric] ?? 0) + by;
  };
  return { telemetry: { ...silentTelemetry, count }, counts };
}
