import { createApi } from '../../functions/api/handler.ts';
import type { Health } from '../../functions/api/health.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import { fromApiGateway, toApiGateway } from '../../local/http/api-gateway.ts';
import type { Store } from '../../local/sqlite/store.ts';
import { lambdaContext } from '../../test/support/lambda-context.ts';

/** A request of the console, and the most ms that it may take. */
export interface Question {
  readonly name: string;
  readonly path: string;
  readonly budgetMs: number;
}

const series = (metric: string, nth: number): string =>
  `series=${encodeURIComponent(`prod/host/node-${nth} ${metric}`)}`;
const disk = (nth: number): string => series('system.diskio.write.bytes{device=sdb}', nth);
const range = (length: string): string => `from=-${length}`;

/** Every question that a view asks at once, and charts of any range. */
export const questions: readonly Question[] = [
  { name: 'overview', path: '/api/overview', budgetMs: 1_000 },
  { name: 'changes', path: '/api/changes', budgetMs: 20 },
  { name: 'chart, 15 min of samples, band', path: `/api/charts?${disk(7)}&${range('15m')}&band=true`, budgetMs: 300 },
  { name: 'chart, 1 h', path: `/api/charts?${disk(8)}&${range('1h')}&band=true`, budgetMs: 300 },
  { name: 'chart, 24 h of minutes, band', path: `/api/charts?${disk(9)}&${range('24h')}&band=true`, budgetMs: 300 },
  {
    name: 'chart, 24 h, of no dimensions',
    path: `/api/charts?${series('system.cpu.total.norm.pct', 5)}&${range('24h')}`,
    budgetMs: 300,
  },
  { name: 'chart, 7 d', path: `/api/charts?${disk(10)}&${range('7d')}`, budgetMs: 300 },
  {
    name: '12 charts of hosts, 15 min',
    path: `/api/charts?${[11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22].map(disk).join('&')}&${range('15m')}`,
    budgetMs: 300,
  },
  { name: 'machines, 15 min', path: `/api/measures?${range('15m')}`, budgetMs: 1_000 },
  { name: 'machines, 24 h', path: `/api/measures?${range('24h')}`, budgetMs: 1_000 },
  { name: 'one machine, 15 min', path: `/api/measures?entity=prod/host/node-7&${range('15m')}`, budgetMs: 300 },
  { name: 'entities', path: '/api/entities?limit=200', budgetMs: 300 },
  { name: 'search', path: '/api/search?q=node-17', budgetMs: 300 },
  { name: 'queues', path: '/api/queues', budgetMs: 300 },
];

const health: Health = {
  status: 'ok',
  stages: [],
  receivers: [],
  pending: [],
  full: [],
  totals: {},
  counts: {},
  uses: {},
};

/** The time of an answer, and the processor time of this process for it, ms. */
export interface Asked {
  readonly tookMs: number;
  readonly processorMs: number;
}

/** Returns a function that asks a new API over a warehouse, so that no answer is that of the question before. */
export function askOver(warehouse: Warehouse, { eventLog, deliveries }: Store, nowMs: number) {
  const ports = {
    warehouse,
    eventLog,
    deliveries,
    settings: defaultSettings,
    layout: defaultLayout,
    telemetry: silentTelemetry,
    clock: { nowMs: () => nowMs, random: () => 0 },
    health: async () => health,
  };
  return async (path: string): Promise<Asked> => {
    const api = createApi(ports);
    const url = new URL(path, 'http://localhost');
    const request = { method: 'GET', path: url.pathname, query: url.searchParams, headers: {}, body: Buffer.alloc(0) };
    const [beganMs, begun] = [performance.now(), process.cpuUsage()];
    const { status, body } = fromApiGateway(await api(toApiGateway(request), lambdaContext()));
    const tookMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(begun);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return { tookMs, processorMs: (user + system) / 1_000 };
  };
}
