import { Command, InvalidArgumentError } from 'commander';
import { printable } from '../../functions/shared/domain/printable.ts';
import { FailedError } from '../../local/failed-error.ts';
import { loadSettingsFile, settingsPath } from '../../settings/file.ts';
import { bootstrapQualifier } from '../account/bootstrap.ts';
import type { Finding, FindingState } from '../account/finding.ts';
import type { Caller } from '../account/port.ts';
import { type FlowOptions, settingsFlag, settingsHelp, withExamples } from '../options.ts';
import { painted, type Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

interface CheckAccountFlags extends Pick<FlowOptions, 'settings'> {
  readonly region?: string;
  readonly json?: boolean;
}

export function checkAccountCommand(terminal: Terminal): Command {
  const command = new Command('check-account')
    .description('Check the AWS account and region before a deployment: what would make it fail, and the remedy.')
    .option(settingsFlag, settingsHelp)
    .option('--region <name>', 'region; default: the one of the environment or of the AWS profile', regionName)
    .option('--json', 'print the findings as JSON')
    .action((flags: CheckAccountFlags) => check(flags, terminal));
  return withExamples(
    command,
    'npx offbeat check-account',
    'npx offbeat check-account --settings docs/deployments/production.yaml --region eu-north-1',
  );
}

/** Returns a region's name. Its form is checked, because it becomes part of the addresses that are called. */
function regionName(text: string): string {
  if (/^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of a region, such as eu-north-1.');
}

async function check({ settings, region, json }: CheckAccountFlags, terminal: Terminal): Promise<void> {
  const file = loadSettingsFile(settingsPath(settings));
  const qualifier = bootstrapQualifier(process.cwd());
  // Loaded here: the clients of eleven services would slow every other command down.
  const [{ awsAccount }, { checkAccount }, { judgeRegions }, { planOf }] = await Promise.all([
    import('../account/aws-account.ts'),
    import('../account/check.ts'),
    import('../account/judge-regions.ts'),
    import('../account/plan.ts'),
  ]);
  const account = awsAccount(region === undefined ? {} : { region });
  const caller = await account.caller();
  const findings = [
    ...judgeRegions(file, caller.region),
    ...(await checkAccount(account, planOf(file, qualifier), caller)),
  ];
  if (json) terminal.printJson({ ...caller, findings }, 2);
  else print(caller, findings, terminal);
  const problems = findings.filter(({ state }) => state === 'problem').length;
  if (problems > 0) throw new FailedError(`${counted(problems, 'problem')} would make the deployment fail`);
}

const styleOf: Readonly<Record<FindingState, Parameters<typeof painted>[0]>> = {
  ok: 'green',
  warning: 'yellow',
  problem: 'red',
  'not permitted': 'yellow',
  'no answer': 'yellow',
};
const stateWidth = Math.max(...Object.keys(styleOf).map((state) => state.length));
const checkWidth = 'log policies'.length;

function print({ account, region, arn }: Caller, findings: readonly Finding[], terminal: Terminal): void {
  terminal.print(`account ${account}, region ${region}, as ${arn}`);
  for (const { check: name, state, message, remedy } of findings) {
    terminal.print(painted(styleOf[state], state.padEnd(stateWidth)), `  ${name.padEnd(checkWidth)}  ${message}`);
    // Not by `print`, which would shorten aws://ACCOUNT/REGION. Remedies contain no address but this one.
    for (const line of remedy) terminal.write(`${' '.repeat(stateWidth + 4)}${printable(line)}\n`);
  }
  const skipped = findings.filter(({ state }) => state === 'not permitted' || state === 'no answer').length;
  if (skipped > 0) terminal.print(`${counted(skipped, 'call')} not permitted or not answered`);
}
