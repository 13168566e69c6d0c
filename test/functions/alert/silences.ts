import type { Command, SilenceCommand } from '../../../functions/shared/domain/signal.ts';
import type { Matchers } from '../../../functions/shared/domain/silence.ts';
import { anomaly, anomalyRecord, at, closed, tick, ticks } from './signals.ts';

export const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
export const all = { entity: 'prod/host/*' };

/** Returns a silence whose command has the time `from` and no start. */
export const silence = (matchers: Matchers, from: string, to: string): SilenceCommand => ({
  id: 'quiet-please',
  by: 'ada',
  atMs: at(from),
  cluster: 'prod',
  action: 'silence',
  matchers,
  endsAtMs: at(to),
});
/** Returns a silence whose command has the time midnight and the start `from`. */
export const later = (matchers: Matchers, from: string, to: string): SilenceCommand => ({
  ...silence(matchers, '00:00', to),
  startsAtMs: at(from),
});
export const unsilence = (parts: Partial<Command> = {}): Command =>
  ({
    id: 'loud-please',
    by: 'bob',
    atMs: at('00:33'),
    cluster: 'prod',
    action: 'unsilence',
    silenceId: 'quiet-please',
    ...parts,
  }) as Command;

export const opening = [tick(at('00:30:20')), anomalyRecord(disk)];
export const paged = [...opening, ...ticks(at('00:30:30'), at('00:31'))];
export const over = (clock: string) => anomalyRecord(closed(disk, at(clock)));
