import { Command, Option } from 'commander';
import { type Alert, alertSchema, alertStatuses } from '../../functions/shared/domain/alert.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import { type ListFlags, printList, withListOptions } from '../list-command.ts';
import { momentText, withExamples } from '../options.ts';
import { type Painted, painted, type Terminal } from '../terminal.ts';
import { clockTime } from '../words.ts';

interface AlertsFlags extends ListFlags {
  readonly status?: string;
  readonly from?: string;
  readonly to?: string;
}

export function alertsCommand(terminal: Terminal): Command {
  const command = new Command('alerts')
    .description('List alerts, the newest first.')
    .addOption(new Option('--status <status>', 'only alerts in this status').choices(alertStatuses))
    .option(
      '--from <time>',
      'only alerts that began at this time or later, such as -1h or 2026-11-23T15:00Z',
      momentText,
    )
    .option('--to <time>', 'only alerts that began before this time', momentText);
  withListOptions(command, 'alerts').action(({ status, from, to, ...flags }: AlertsFlags) =>
    printList({ things: 'alerts', schema: alertSchema, query: { status, from, to }, lineOf }, flags, terminal),
  );
  return withExamples(
    command,
    'npx offbeat alerts --status open',
    'npx offbeat alerts --from -1h',
    'npx offbeat alerts --data .offbeat --json',
  );
}

function lineOf(alert: Alert): (string | Painted)[] {
  const { status, severity } = alert;
  const style = status === 'resolved' ? 'green' : severity === 'critical' ? 'red' : 'yellow';
  const badge = painted(style, `${status.padEnd(12)} ${severity.padEnd(8)}`);
  const about = `${clockTime(alert.startsAtMs)}  ${entityPath(alert.entity)}  ${alert.title}`;
  return [`${alert.id}  `, badge, `  ${about}`];
}
