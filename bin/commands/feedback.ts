import { Argument, Command } from 'commander';
import * as z from 'zod';
import { type Alert, alertSchema } from '../../functions/shared/domain/alert.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { type Verdict, verdicts } from '../../functions/shared/domain/feedback.ts';
import { proposalFor } from '../../functions/shared/domain/proposal.ts';
import { liveScope } from '../../functions/shared/domain/sample.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { FailedError } from '../../local/failed-error.ts';
import { type ApiClient, type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, settingsOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { judgedAnomalies, orMissing } from './judged-anomalies.ts';
import { previewLines, previewReport, previewWarnings } from './preview-lines.ts';
import { type Judged, previewOf } from './preview-proposal.ts';

interface FeedbackFlags extends ApiFlags, OperatorFlags {
  readonly json?: boolean;
}

export function feedbackCommand(terminal: Terminal): Command {
  const command = new Command('feedback')
    .description('Judge an alert or an anomaly. The judgement is kept, and a setting is proposed; nothing changes.')
    .argument('<subject>', 'the id of an alert, or of one of its anomalies', idOf("an alert's id or an anomaly's id"))
    .addArgument(new Argument('<verdict>', 'whether it helped').choices(verdicts))
    .option('--json', 'print one JSON object');
  withOperatorOptions(withApiOptions(command)).action((id: string, verdict: Verdict, flags: FeedbackFlags) =>
    judge(id, verdict, flags, terminal),
  );
  return withExamples(
    command,
    'npx offbeat feedback 1J7dLk2rQxT0mVbWcYz8aPq4Es useful',
    'npx offbeat feedback 1J7dLk2rQxT0mVbWcYz8aPq4Es "wrong cause" --note "it was the switch"',
  );
}

async function judge(id: string, verdict: Verdict, flags: FeedbackFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  const print = flags.json === true ? (): void => {} : (line: string): void => terminal.print(line);
  try {
    const alert = await alertOf(api, id);
    const isKept = alert.scope === liveScope || alert.status !== 'resolved';
    if (isKept) print(`${verdict}, by ${await keep({ id, verdict, alert }, api, flags, terminal)}: ${alert.title}`);
    const needsAnomalies = verdict === 'expected' || verdict === 'noise';
    const anomalies = needsAnomalies ? await judgedAnomalies(api, alert, id) : [];
    const proposal = proposalFor(verdict, alert, anomalies, needsAnomalies ? overridesOf(flags) : []);
    const unread = id === alert.id && anomalies.length > 0 ? alert.anomalies.length - anomalies.length : 0;
    const judged = proposal && { alert, verdict, proposal, unread };
    const previewed = judged && (await printed(judged, { api, flags, terminal, print }));
    if (proposal === undefined && verdict !== 'useful') {
      const isForecast = anomalies.some(({ kind }) => kind === 'forecast');
      const remedy = isForecast ? '; limit: off ends the forecast of a series, and with it all its limits' : '';
      print(`no setting is proposed: none decides about it alone${remedy}`);
    }
    if (flags.json) terminal.printJson({ alert: alert.id, verdict, isKept, proposal, ...previewed });
    if (!isKept) {
      throw new FailedError(
        `the judgement is not kept, because it is about a resolved alert of a replay: ${alert.title}`,
      );
    }
  } finally {
    await api.close();
  }
}

/** Returns the overrides in force; none where the settings are wrong, of which the preview reports. */
function overridesOf(flags: ApiFlags): Settings['catalogue'] {
  try {
    return settingsOf(flags).catalogue;
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

/** Posts a judgement. @returns who judged */
async function keep(
  { id, verdict, alert }: { readonly id: string; readonly verdict: Verdict; readonly alert: Alert },
  api: ApiClient,
  flags: FeedbackFlags,
  terminal: Terminal,
): Promise<string> {
  const command = { ...signed(flags, terminal), action: 'feedback', cluster: alert.entity.cluster };
  await postCommand(api, { ...command, subjectId: id, verdict }, terminal);
  return command.by;
}

interface Output {
  readonly api: ApiClient;
  readonly flags: FeedbackFlags;
  readonly terminal: Terminal;
  readonly print: (line: string) => void;
}

/** Prints a proposal and what it would have done. @returns the latter as `--json` has it */
async function printed(judged: Judged & { readonly unread: number }, { api, flags, terminal, print }: Output) {
  print(`nothing changes by itself; ${judged.proposal.effect} (offbeat.yaml):`);
  for (const line of judged.proposal.lines) print(line);
  if (judged.proposal.left !== undefined) print(judged.proposal.left);
  if (judged.unread > 0)
    print(`${judged.unread} of its anomalies could not be read, and may need settings of their own`);
  const previewed = await previewOf(api, judged, flags, terminal);
  if ('unknown' in previewed) {
    print(`what it would have done is not known: ${previewed.unknown}`);
    return { previewUnknown: previewed.unknown };
  }
  for (const line of previewLines(previewed.preview)) print(line);
  for (const line of previewWarnings(previewed.preview)) terminal.warn(line);
  return { preview: previewReport(previewed.preview) };
}

const alertsSchema = z.object({ alerts: z.array(alertSchema) });

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
