import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { SilenceRecord } from '../../functions/shared/domain/silence.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { fromApiGateway, toApiGateway } from '../../local/http/api-gateway.ts';
import { anomaly, anomalyRecord, seriesAt, tick } from '../functions/alert/signals.ts';

/** The scope of a replay: its time moves by the ticks below and by nothing else. */
const scope = 'drill';
const series = seriesAt('host', 'a', 'system.diskio.write.bytes', scope);
const startMs = Date.now();
const disk = {
  ...anomaly({ series, startsAtMs: startMs, updatedAtMs: startMs, severity: 'critical' }),
  scope,
} as const;

/** Runs the whole flow over a store of its own. @returns what it printed on the terminal */
async function withFlow(body: (flow: ReturnType<typeof flowOf>) => Promise<void>): Promise<void> {
  const printed: string[] = [];
  const terminal = (text: string): void => {
    printed.push(text);
  };
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal, windowMs: 0 });
  try {
    await body(flowOf(embedded, printed));
  } finally {
    await embedded.close();
  }
}

function flowOf(embedded: Embedded, printed: readonly string[]) {
  const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const sent = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const event = toApiGateway({ method, path, query: new URLSearchParams(), headers, body: sent });
    const answer = fromApiGateway((await embedded.invoke('api', event)) as Parameters<typeof fromApiGateway>[0]);
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  return {
    pages: () => printed.filter((text) => text.includes('diskio')),
    /** Runs the whole flow over signals as detect sends them. */
    async signal(...records: readonly LogRecord[]) {
      const outgoing = records.map(({ value, headers }) => ({
        topic: topics.signals,
        partition: 0,
        key: scope,
        value: value!,
        headers,
      }));
      expect(await embedded.ports.eventLog.append(outgoing)).toEqual([]);
      await embedded.drain();
    },
    async command(command: object) {
      const { status } = await ask('POST', '/api/commands', { by: 'ada', cluster: scope, ...command });
      expect(status).toBe(202);
      await embedded.drain();
    },
    silences: async (): Promise<SilenceRecord[]> => (await ask('GET', '/api/silences')).body.silences,
    deadLetters: () => embedded.store.totals().deadLetters,
  };
}

const secondsOn = (seconds: number) => tick(startMs + seconds * 1_000, { scope });

describe('a silence in the whole flow', () => {
  const silence = { id: 'silence-1', action: 'silence', matchers: { name: 'a' }, endsAtMs: startMs + 3_600_000 };

  it('mutes a critical anomaly that follows before the next tick', async () => {
    await withFlow(async ({ signal, command, pages, silences, deadLetters }) => {
      await signal(secondsOn(0));
      await command(silence);
      await signal(anomalyRecord(disk), secondsOn(10));
      expect(pages()).toEqual([]);
      expect(await silences()).toMatchObject([{ id: 'silence-1', state: 'active', revision: 1 }]);
      expect(deadLetters()).toBe(0);
    });
  });

  it('that an operator ends lets the alert go to the receivers with the next tick', async () => {
    await withFlow(async ({ signal, command, pages, silences }) => {
      await signal(secondsOn(0));
      await command(silence);
      await signal(anomalyRecord(disk), secondsOn(10));
      await command({ id: 'unsilence-1', action: 'unsilence', silenceId: 'silence-1', note: 'all done' });
      expect(pages()).toEqual([]);
      await signal(secondsOn(20));
      expect(pages()).toHaveLength(1);
      expect(await silences()).toMatchObject([{ state: 'over', revision: 2, endedBy: 'ada', endNote: 'all done' }]);
    });
  });

  it('whose command is sent twice is created once', async () => {
    await withFlow(async ({ signal, command, silences }) => {
      await signal(secondsOn(0));
      await command(silence);
      await command(silence);
      await signal(secondsOn(10));
      expect((await silences()).map(({ revision }) => revision)).toEqual([1]);
    });
  });
});
