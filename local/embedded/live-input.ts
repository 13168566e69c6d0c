import { commandRecord } from '../../functions/api/command.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { Command } from '../../functions/shared/domain/signal.ts';
import { beatRecord, heartbeatRecords } from '../../functions/shared/log/live-records.ts';
import type { OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import { timeOf } from '../bulk/document-time.ts';
import type { StepCheckedClock } from '../step-checked-clock.ts';

/**
 * Appends the live records of the embedded run to its log.
 *
 * Each method throws an {@link UnavailableError} if the log does not answer, or refuses a record.
 */
export class LiveInput {
  readonly #ports: Pick<Ports, 'eventLog' | 'layout'>;
  readonly #clock: Partial<Pick<StepCheckedClock, 'noteDocumentTime'>>;

  /** @param clock gets the time of each document before the document is appended */
  constructor(ports: Pick<Ports, 'eventLog' | 'layout'>, clock: Partial<Pick<StepCheckedClock, 'noteDocumentTime'>>) {
    this.#ports = ports;
    this.#clock = clock;
  }

  /** Appends documents to `beats`. The key of each record is the name of the document's host. */
  async append(documents: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    for (const timeMs of documents.map(timeOf)) {
      if (timeMs !== undefined) this.#clock.noteDocumentTime?.(timeMs);
    }
    await this.#append(documents.map((document) => beatRecord(document, this.#ports.layout)));
  }

  /** Appends one heartbeat to every partition of `beats`, so that live time moves on. The log dates the heartbeats. */
  async heartbeat(): Promise<void> {
    await this.#append(heartbeatRecords(this.#ports.layout));
  }

  /** Appends an operator's command to `signals`. */
  async command(command: Command): Promise<void> {
    await this.#append([commandRecord(command, this.#ports.layout)]);
  }

  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    const [refused] = await this.#ports.eventLog.append(records);
    if (refused !== undefined) throw new UnavailableError(`a record was refused: ${refused.reason}`);
  }
}
