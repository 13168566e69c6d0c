import { type Alert, alertVersion } from '../../functions/shared/domain/alert.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { header } from '../../functions/shared/log/record.ts';
import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import { firstPageOf, type Page } from '../../local/backtest/score.ts';
import { openEmbedded } from '../../local/embedded.ts';

/** Replays a recording through the whole flow over a store, and returns the first page of each alert. */
export async function pagesOfReplay(file: string, settings = defaultSettings): Promise<readonly Page[]> {
  const alerts: Alert[] = [];
  const watched = (eventLog: EventLog): EventLog => ({
    ...eventLog,
    append(records) {
      const own = records.filter(({ headers }) => headers[header.schema] === alertVersion);
      alerts.push(...own.map(({ value }): Alert => JSON.parse(value.toString())));
      return eventLog.append(records);
    },
  });
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings,
    terminal() {},
    windowMs: 0,
    wrapPorts: (ports) => ({ ...ports, eventLog: watched(ports.eventLog) }),
  });
  try {
    await embedded.replay({ file, cluster: 'recorded' });
    await embedded.drain();
    return alerts.map(firstPageOf).filter((page) => page !== undefined);
  } finally {
    await embedded.close();
  }
}
