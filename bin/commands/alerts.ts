import { Command, Option } from 'commander';
import * as z from 'zod';
import { type Alert, alertSchema, alertStatuses } from '../../functions/shared/domain/alert.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { wholeNumber, withExamples } from '../options.ts';
import { type Painted, painted, type Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface AlertsFlags extends ApiFlags {
  readonly status?: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const answerSchema = z.object({ alerts: z.array(alertSchema) });

export function alertsCommand(console: Terminal): Command {
  const command = new Command('alerts')
    .description('List alerts, the newest first.')
    .addOption(new Option('--status <status>', 'only these').choices(alertStatuses))
    .option('--cluster <name>', 'only of this cluster')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 50)
    .option('--json', 'print one JSON object: { "alerts": [...] }');
  withApiOptions(command).action((flags: AlertsFlags) => listAlerts(flags, console));
  return withExamples(command, 'npx offbeat alerts --status open', 'npx offbeat alerts --data .offbeat --json');
}

async function listAlerts(flags: AlertsFlags, console: Terminal): Promise<void> {
  const door = await openApiClient(flags, console);
  try {
    const { status, cluster } = flags;
    const answer = await door.get('/api/alerts', { status, cluster, limit: String(flags.limit) });
    const { alerts } = answerSchema.parse(answer);
    if (flags.json) console.printJson({ alerts });
    else if (alerts.length === 0) console.print('no alerts');
    else for (const alert of alerts) console.print(...lineOf(alert));
  } finally {
    await door.close();
  }
}

function lineOf(alert: Alert): (string | Painted)[] {
  const { status, severity } = alert;
  const style = status === 'resolved' ? 'green' : severity === 'critical' ? 'red' : 'yellow';
  const badge = painted(style, `${status.padEnd(12)} ${severity.padEnd(8)}`);
  const about = `${clockTime(alert.startsAtMs)}  ${entityPath(alert.entity)}  ${alert.title}`;
  return [`${alert.id}  `, badge, `  ${about}`];
}
