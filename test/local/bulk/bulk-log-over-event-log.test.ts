import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { BulkIdentities } from '../../../functions/shared/ports/bulk-log.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { bulkLogOverEventLog } from '../../../local/bulk/bulk-log-over-event-log.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { entry, hashOf } from '../../contract/bulk-entry.ts';
import { describeBulkLog } from '../../contract/bulk-log.ts';
import { MemoryLog } from '../../support/memory-ports.ts';
import { ManualClock } from '../memory-broker.ts';

function openParts() {
  const [log, clock] = [new MemoryLog(), new ManualClock()];
  const { bulkIdentities: identities, close } = openStore(':memory:', defaultLayout, clock);
  const values = () => log.records(topics.beats).map(({ value }) => `${value}`);
  return { log, clock, identities, values, close };
}

describeBulkLog('a log that keeps no identities', async () => {
  const { log, clock, identities, values, close } = openParts();
  return {
    bulkLog: bulkLogOverEventLog(log, identities, silentTelemetry),
    values: async () => values(),
    pass: (ms) => {
      clock.timeMs += ms;
    },
    close: async () => close(),
  };
});

const [a, b] = [hashOf('a'), hashOf('b')];

describe('a bulk request to a log that keeps no identities', () => {
  it('notes the identities of its documents after the log has them', async () => {
    const { log, identities } = openParts();
    const append = log.append.bind(log);
    log.append = async (records) => {
      expect(identities.versionsOf([entry('a', a)])).toEqual(new Map());
      return append(records);
    };
    await bulkLogOverEventLog(log, identities, silentTelemetry).append([entry('a', a)]);
    expect(identities.versionsOf([entry('a', a)])).toEqual(new Map([[a, 1]]));
  });

  it('succeeds although the store cannot note them, because the log has the documents', async () => {
    const { log, values } = openParts();
    const identities: BulkIdentities = {
      versionsOf: () => new Map(),
      note: () => {
        throw new UnavailableError('the disk is full');
      },
    };
    const warnings: string[] = [];
    const bulkLog = bulkLogOverEventLog(log, identities, { warn: (message) => warnings.push(message) });
    expect(await bulkLog.append([entry('a', a)])).toEqual([{ kind: 'appended' }]);
    expect(values()).toEqual(['a']);
    expect(warnings).toEqual(['the identities of 1 documents were not noted: the disk is full']);
  });

  it('that repeats one in progress waits for it, and for no other', async () => {
    const { log, identities, values } = openParts();
    const append = log.append.bind(log);
    const { promise: isAcknowledged, resolve: acknowledge } = Promise.withResolvers<void>();
    log.append = async (records) => {
      if (`${records[0]!.value}` === 'slow') await isAcknowledged;
      return append(records);
    };
    const bulkLog = bulkLogOverEventLog(log, identities, silentTelemetry);
    const first = bulkLog.append([entry('slow', a)]);
    const repeat = bulkLog.append([entry('again', a)]);
    expect(await bulkLog.append([entry('other', b)])).toEqual([{ kind: 'appended' }]);
    acknowledge();
    expect(await first).toEqual([{ kind: 'appended' }]);
    expect(await repeat).toEqual([{ kind: 'repeated', version: 1 }]);
    expect(values()).toEqual(['other', 'slow']);
  });

  it('that repeats one which fails is appended in its place', async () => {
    const { log, identities, values } = openParts();
    const append = log.append.bind(log);
    log.append = async () => {
      log.append = append;
      throw new UnavailableError('no answer in time');
    };
    const bulkLog = bulkLogOverEventLog(log, identities, silentTelemetry);
    const [first, repeat] = await Promise.allSettled([
      bulkLog.append([entry('a', a)]),
      bulkLog.append([entry('a', a)]),
    ]);
    expect(first).toMatchObject({ status: 'rejected' });
    expect(repeat).toEqual({ status: 'fulfilled', value: [{ kind: 'appended' }] });
    expect(values()).toEqual(['a']);
  });
});
