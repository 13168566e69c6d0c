import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import { knownAlerts } from '../../../functions/alert/known-alerts.ts';
import { sourcesOf } from '../../../functions/api/sources.ts';
import { createPersist } from '../../../functions/persist/handler.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { createRunner } from '../../../functions/shared/runner/runner.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { steadyLife } from '../alert/lives.ts';
import { commandRecord, midnightMs } from '../alert/signals.ts';

const limit = 1_000;
const isLive = ({ scope }: { readonly scope: string }): boolean => scope === 'live';

/** Returns each item by its id. */
const byId = <Item extends { readonly id: string }>(items: readonly Item[]): Map<string, Item> =>
  new Map(items.map((item) => [item.id, item]));

/** Returns an alert without what changes between its records: what follows from its anomalies, and its trace. */
function recorded({ anomalies, suspects, title, headline, labels, severity, trace, entity, ...rest }: Alert) {
  return { ...rest, cluster: entity.cluster };
}

/**
 * Runs records through the stage in batches, and what it appends through persist.
 * @returns the readers of both, and the ids of the alerts of which no anomaly was reported since their last record
 */
async function ranThrough(records: readonly LogRecord[], sizes: readonly number[]) {
  const ports = memoryPorts();
  const run = createRunner(alertStep, ports);
  const sent = ports.eventLog.records(topics.alerts);
  const unchanged = new Set<string>();
  for (let from = 0, nth = 0; from < records.length; nth += 1) {
    const to = from + (sizes[nth] ?? 1);
    const before = sent.length;
    const batch = numbered(records.slice(from, to), from);
    await run({ topic: topics.signals, partition: 0, records: batch }, signal);
    // An anomaly may also be applied later, when its tick has passed: only batches before the first one are certain.
    if (batch.some(({ headers }) => headers[header.schema] === anomalyVersion)) unchanged.clear();
    else for (const { value } of sent.slice(before)) unchanged.add(JSON.parse(String(value)).id);
    from = to;
  }
  if (records.some(({ headers }) => headers[header.tick] !== undefined))
    return { ports, sent, unchanged: new Set<string>() };
  // Each open alert is acknowledged last, so that there are always some whose last record says all of them.
  const before = sent.length;
  const acknowledgements = await acknowledgeAll(ports);
  await run({ topic: topics.signals, partition: 0, records: numbered(acknowledgements, records.length) }, signal);
  for (const { value } of sent.slice(before)) unchanged.add(JSON.parse(String(value)).id);
  return { ports, sent, unchanged };
}

const { signal } = new AbortController();

const numbered = (records: readonly LogRecord[], from: number) =>
  records.map((record, index) => ({ ...record, offset: from + index }));

/** Returns a command for each open alert that acknowledges it. */
async function acknowledgeAll(ports: ReturnType<typeof memoryPorts>): Promise<readonly LogRecord[]> {
  const { items } = await sourcesOf(knownAlerts(ports)).reader.alerts({ limit });
  const open = items.filter((each) => isLive(each) && each.status === 'open');
  return open.map(({ id, entity: { cluster } }, nth) =>
    commandRecord({ id: `command-last-${nth}`, by: 'ada', atMs: midnightMs, cluster, action: 'ack', alertId: id }),
  );
}

// Without a broker's clock that is set right: that caps the time of the last record too.
describe('what the API answers with and without a warehouse, for the same run', () => {
  it('alerts and silences of the state are those of the warehouse', async () => {
    let [open, exact, resolved, silenced] = [0, 0, 0, 0];
    const property = fc.asyncProperty(
      steadyLife,
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 }),
      fc.boolean(),
      async (given, sizes, isAtOnce) => {
        // Without ticks anomalies are applied at once.
        const records = isAtOnce ? given.map((record) => withoutTick(record)) : given;
        const { ports, sent, unchanged } = await ranThrough(records, sizes);
        const store = openStore(':memory:', defaultLayout, systemClock);
        const persist = createPersist({ ...store, layout: defaultLayout, telemetry: silentTelemetry });
        if (sent.length > 0) await persist(encodeKafkaEvent(sent), lambdaContext());
        const [stored, known] = [sourcesOf(store.warehouse), sourcesOf(knownAlerts(ports))].map(
          ({ reader }) => reader,
        ) as [Reader, Reader];

        // A replay that is fed again writes other alerts over those of the first time.
        const expected = byId((await stored.alerts({ limit })).items.filter(isLive));
        const answers = byId((await known.alerts({ limit })).items.filter(isLive));
        expect([...answers.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [id, answer] of answers) {
          const record = expected.get(id)!;
          if (record.status === 'resolved') {
            resolved += 1;
            expect(answer).toEqual(record);
            continue;
          }
          open += 1;
          expect(recorded(answer)).toEqual(recorded(record));
          expect(answer.anomalies.slice(0, record.anomalies.length)).toEqual(record.anomalies);
          if (!unchanged.has(id)) continue;
          exact += 1;
          expect({ ...answer, trace: answer.trace.slice(0, record.trace.length) }).toEqual(record);
        }
        const silences = (await stored.silences({ limit })).items.filter(
          (each) => isLive(each) && each.state !== 'over',
        );
        silenced += silences.length;
        expect(byId((await known.silences({ limit })).items.filter(isLive))).toEqual(byId(silences));
        store.close();
      },
    );
    await fc.assert(property, { numRuns: 100 });
    // The runs have each kind of what is compared.
    expect(Math.min(open, exact, resolved, silenced)).toBeGreaterThan(0);
  });
});

type Reader = ReturnType<typeof sourcesOf>['reader'];

function withoutTick(record: LogRecord): LogRecord {
  const { [header.tick]: _, ...headers } = record.headers;
  return { ...record, headers };
}
