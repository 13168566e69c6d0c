import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { newEpoch } from '../../../functions/shared/runner/new-epoch.ts';
import { createSweep } from '../../../functions/sweep/handler.ts';
import { upstream } from '../chain.ts';
import { Crash, type Decide, failOnce, interlude, withFaults } from '../faults.ts';
import { lambdaContext } from '../lambda-context.ts';
import { type Arranged, newWorker } from './arrange.ts';
import type { EventName } from './specification.ts';
import type { Watch } from './watch.ts';

type Happening = (arranged: Arranged, watch: Watch) => Promise<unknown>;

const noFault: Decide = () => undefined;

const run = ({ worker, batch }: Arranged, watch: Watch, fault: Decide = noFault): Promise<void> =>
  worker(batch, watch.with(fault));

const runElsewhere = ({ chain, batch }: Arranged, watch: Watch): Promise<void> =>
  newWorker(chain)(batch, watch.with(noFault));

/** Fails each call of one port. */
const away =
  (port: string): Decide =>
  (call) =>
    call.startsWith(`${port}.`) ? new UnavailableError(`${port} does not answer`) : undefined;

const runsAnd =
  (faultOf: (arranged: Arranged, watch: Watch) => Decide): Happening =>
  (arranged, watch) =>
    run(arranged, watch, faultOf(arranged, watch));

const diesAt = (call: string, side: 'before' | 'after'): Happening => runsAnd(() => failOnce(call, side, new Crash()));

/** Returns the ports of a partition, whose calls are watched. */
export function watchedPorts({ chain: { ports } }: Arranged, watch: Watch): Arranged['chain']['ports'] {
  const decide = watch.with(noFault);
  return {
    ...ports,
    ledger: withFaults('ledger', ports.ledger, decide),
    objects: withFaults('objects', ports.objects, decide),
    eventLog: withFaults('eventLog', ports.eventLog, decide),
  };
}

const raiseEpoch: Happening = (arranged, watch) => newEpoch(upstream, null, watchedPorts(arranged, watch));

/** Each event of the specification, as it happens to a partition. */
export const happenings: Readonly<Record<EventName, Happening>> = {
  batch: run,
  async 'batch twice'(arranged, watch) {
    await run(arranged, watch);
    await runElsewhere(arranged, watch);
  },
  poison: run,
  'time over': ({ worker, batch }, watch) => worker(batch, watch.with(noFault), AbortSignal.abort()),
  'ledger away': runsAnd(() => away('ledger')),
  'objects away': runsAnd(() => away('objects')),
  'log away': runsAnd(() => away('eventLog')),
  'dies before PUT': diesAt('objects.put', 'before'),
  'dies after PUT': diesAt('objects.put', 'after'),
  'answer lost': runsAnd(() => failOnce('ledger.advance', 'after', new UnavailableError('the answer is lost'))),
  'dies before sending': diesAt('eventLog.append', 'before'),
  'dies after sending': diesAt('eventLog.append', 'after'),
  'dies after clearing': diesAt('ledger.clearPending', 'after'),
  overtaken: runsAnd((arranged, watch) => interlude('ledger.advance', 'before', () => runElsewhere(arranged, watch))),
  'epoch raised': runsAnd((arranged, watch) =>
    interlude('ledger.advance', 'before', async () => raiseEpoch(arranged, watch)),
  ),
  sweep: (arranged, watch) => createSweep(watchedPorts(arranged, watch))({}, lambdaContext()),
  'new-epoch': raiseEpoch,
};
