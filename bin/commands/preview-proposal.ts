import * as z from 'zod';
import { type Alert, alertSchema } from '../../functions/shared/domain/alert.ts';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import { UnavailableError, UsageError } from '../../functions/shared/domain/errors.ts';
import type { Verdict } from '../../functions/shared/domain/feedback.ts';
import type { Proposal } from '../../functions/shared/domain/proposal.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import type { Preview } from '../../local/backtest/preview.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type ApiClient, type ApiFlags, ApiRefusal } from '../api-client.ts';
import { settingsOf } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

/** The effect that a proposal would have had, or the reason for which that is not known. */
export type Previewed = { readonly preview: Preview } | { readonly unknown: string };

/** The proposal that was made for a judgement. */
export interface Judged {
  readonly alert: Alert;
  readonly verdict: Verdict;
  readonly proposal: Proposal;
}

/**
 * Runs the flow over the samples around an alert, without a proposal and with it. The settings are those that the command reads.
 * It never fails: the judgement is kept already.
 */
export async function previewOf(
  api: ApiClient,
  judged: Judged,
  flags: ApiFlags,
  terminal: Terminal,
): Promise<Previewed> {
  if (judged.verdict === 'wrong cause') return { unknown: 'the edge needs the cause, which you fill in' };
  const { previewProposal } = await import('../../local/backtest/preview.ts');
  const { withLines } = await import('../../settings/with-lines.ts');
  const { interruptSignal } = await import('../../local/interrupt.ts');
  const signal = interruptSignal(terminal.warn);
  try {
    const { alert, proposal } = judged;
    const without = settingsOf(flags);
    const preview = await previewProposal({
      warehouse: { search: (query) => searchOver(api, alert, query) },
      alert,
      useful: await usefulAlerts(api, alert),
      without,
      withIt: withLines(without, proposal.lines),
      nowMs: Date.now(),
      onProgress: (samples) => terminal.progress(`${counted(samples, 'sample')} judged again`),
      signal,
    });
    return preview === undefined ? { unknown: 'there are no stored samples around the alert' } : { preview };
  } catch (error) {
    if (signal.aborted) return { unknown: 'stopped before the end; the judgement is kept' };
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 501)) {
      return { unknown: 'there is no warehouse with samples' };
    }
    if (!isExplained(error)) throw error;
    return { unknown: error.message };
  } finally {
    terminal.endProgress();
  }
}

const isExplained = (error: unknown): error is Error =>
  [FailedError, UnavailableError, UsageError].some((known) => error instanceof known);

const documentsSchema = z.object({ documents: z.array(z.record(z.string(), z.unknown())) });
/** The most documents that the API answers with. */
const documentsMax = 10_000;

async function searchOver(api: ApiClient, { entity }: Alert, query: Parameters<Warehouse['search']>[0]) {
  const { fromMs, toMs, limit } = query;
  const answer = await api.get('/api/sample-documents', {
    ...{ cluster: entity.cluster, from: String(fromMs), to: String(toMs) },
    limit: String(Math.min(limit, documentsMax)),
  });
  return documentsSchema.parse(answer).documents;
}

/** Returns the alerts of the cluster, of about the time of an alert, that somebody marked `useful`. */
async function usefulAlerts(api: ApiClient, { entity: { cluster }, startsAtMs }: Alert): Promise<readonly Alert[]> {
  const [from, to] = [startsAtMs - 7 * dayMs, startsAtMs + 7 * dayMs].map(String);
  const answer = await api.get('/api/alerts', { cluster, from, to, limit: '1000' });
  const { alerts } = z.object({ alerts: z.array(alertSchema) }).parse(answer);
  return alerts.filter(({ feedback }) => feedback?.some(({ verdict }) => verdict === 'useful'));
}
