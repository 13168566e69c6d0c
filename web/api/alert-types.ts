/** The shapes of what the API answers about alerts and silences, and of what it takes. */
import type { z } from 'zod';
import type { alertDetailAnswer, alertsAnswer } from '../../functions/api/answers/alerts.ts';
import type { deliveriesAnswer } from '../../functions/api/answers/deliveries.ts';
import type { previewAnswer, silencesAnswer } from '../../functions/api/answers/silences.ts';
import type { commandSchema } from '../../functions/shared/domain/signal.ts';
import type { Answer } from './types.ts';

export type Alerts = Answer<typeof alertsAnswer>;
export type AlertDetail = Answer<typeof alertDetailAnswer>;
export type Deliveries = Answer<typeof deliveriesAnswer>;
export type Silences = Answer<typeof silencesAnswer>;
export type SilencePreview = Answer<typeof previewAnswer>;

export type Alert = Alerts['alerts'][number];
export type Suspect = Alert['suspects'][number];
export type Series = Suspect['series'];
export type Decision = Alert['trace'][number];
export type Evidence = AlertDetail['evidence'][number];
export type Anomaly = Evidence['anomaly'];
export type Role = Evidence['role'];
export type Comment = AlertDetail['comments'][number];
export type DeliveryRow = Deliveries['deliveries'][number];
export type Silence = Silences['silences'][number];

/** The fields of a command that the server sets. */
type SetByServer = 'atMs' | 'caller' | 'by';
type Without<Union, Name extends string> = Union extends unknown ? Omit<Union, Name> : never;

/** A request to change something, which is sent to `/api/commands`. */
export type Command = Without<z.input<typeof commandSchema>, SetByServer>;
export type Verdict = Extract<Command, { action: 'feedback' }>['verdict'];

export interface Accepted {
  readonly accepted: string;
  readonly warnings: readonly string[];
}
