import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { failureReport } from '../shared/adapters/middy/failure-report.ts';
import { invocationTelemetry } from '../shared/adapters/middy/invocation-telemetry.ts';
import type { SearchServer } from '../shared/adapters/opensearch/server.ts';
import type { Ports } from '../shared/ports/index.ts';
import { type SetUpReport, setUpWarehouse } from './set-up.ts';
import type { Layout } from './templates.ts';

export type SetUpPorts = Pick<Ports, 'telemetry' | 'clock'> & { readonly searchServer: SearchServer };

export type SetUpHandler = (event: unknown, context: Context) => Promise<SetUpReport>;

/** Runs with every deployment, before anything is written; see {@link setUpWarehouse}. */
export function createSetUp(ports: SetUpPorts, layout?: Layout): SetUpHandler {
  const body = async (_event: unknown, _context: Context): Promise<SetUpReport> => {
    const report = await setUpWarehouse(ports.searchServer, ports.clock.nowMs(), layout);
    for (const step of report.steps) ports.telemetry.info('the warehouse was set up', { ...step });
    return report;
  };
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('set-up-warehouse', ports.telemetry));
}
