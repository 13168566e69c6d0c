import { Argument, Command } from 'commander';
import * as z from 'zod';
import { type Alert, alertSchema } from '../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalySchema } from '../../functions/shared/domain/anomaly.ts';
import { hourMs } from '../../functions/shared/domain/durations.ts';
import { type Verdict, verdicts } from '../../functions/shared/domain/feedback.ts';
import { proposalFor } from '../../functions/shared/domain/proposal.ts';
import { liveScope } from '../../functions/shared/domain/sample.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type ApiClient, type ApiFlags, ApiRefusal, openApiClient, withApiOptions } from '../api-client.ts';
import { type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

export function feedbackCommand(terminal: Terminal): Command {
  const command = new Command('feedback')
    .description('Judge an alert or an anomaly. The judgement is kept, and a setting is proposed; nothing changes.')
    .argument('<subject>', 'the id of an alert, or of one of its anomalies', idOf("an alert's id or an anomaly's id"))
    .addArgument(new Argument('<verdict>', 'whether it helped').choices(verdicts));
  withOperatorOptions(withApiOptions(command)).action((id: string, verdict: Verdict, flags: ApiFlags & OperatorFlags) =>
    judge(id, verdict, flags, terminal),
  );
  return withExamples(
    command,
    'npx offbeat feedback 1J7dLk2rQxT0mVbWcYz8aPq4Es useful',
    'npx offbeat feedback 1J7dLk2rQxT0mVbWcYz8aPq4Es "wrong cause" --note "it was the switch"',
  );
}

async function judge(id: string, verdict: Verdict, flags: ApiFlags & OperatorFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const alert = await alertOf(api, id);
    if (alert.scope !== liveScope && alert.status === 'resolved') {
      terminal.print(`not kept, because it is a resolved alert of a replay: ${alert.title}`);
    } else {
      const command = { ...signed(flags, terminal), action: 'feedback', cluster: alert.entity.cluster };
      await postCommand(api, { ...command, subjectId: id, verdict }, terminal);
      terminal.print(`${verdict}, by ${command.by}: ${alert.title}`);
    }
    const anomalyId = alert.id === id ? alert.suspects[0]?.anomalyId : id;
    const proposal = proposalFor(verdict, alert, await anomalyOf(api, alert, anomalyId));
    if (proposal === undefined) {
      if (verdict !== 'useful') terminal.print('no setting is proposed: none concerns what is known of it');
      return;
    }
    terminal.print(`nothing changes by itself; ${proposal.effect} (offbeat.yaml):`);
    for (const line of proposal.lines) terminal.print(line);
  } finally {
    await api.close();
  }
}

const alertsSchema = z.object({ alerts: z.array(alertSchema) });
const anomaliesSchema = z.object({ anomalies: z.array(anomalySchema) });

/** Returns the alert with an id, or the newest one with an anomaly of that id. @throws {FailedError} if there is none */
async function alertOf(api: ApiClient, id: string): Promise<Alert> {
  const alert = await orMissing(api.get(`/api/alerts/${encodeURIComponent(id)}`));
  if (alert !== undefined) return alertSchema.parse(alert);
  const { alerts } = alertsSchema.parse(await api.get('/api/alerts', { limit: '1000' }));
  const found = alerts.find(({ anomalies }) => anomalies.includes(id));
  if (found !== undefined) return found;
  throw new FailedError(
    `there is no alert ${shown(id)}, and none of the newest 1,000 contains an anomaly of that id; "npx offbeat alerts" lists their ids`,
  );
}

/** Returns an anomaly of an alert; `undefined` where it cannot be read, as without a warehouse. */
async function anomalyOf(api: ApiClient, alert: Alert, id: string | undefined): Promise<Anomaly | undefined> {
  const { cluster } = alert.entity;
  const [from, to] = [alert.startsAtMs - hourMs, alert.updatedAtMs + hourMs].map((ms) => new Date(ms).toISOString());
  const answer = await orMissing(api.get('/api/anomalies', { cluster, from: from!, to: to!, limit: '1000' }));
  return answer === undefined ? undefined : anomaliesSchema.parse(answer).anomalies.find((each) => each.id === id);
}

/** Returns an answer; `undefined` if the API does not have what was asked for. */
async function orMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 501)) return undefined;
    throw error;
  }
}
