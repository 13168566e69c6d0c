import { parseArgs } from 'node:util';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { type DeploymentName, deploymentNames } from '../../test/support/deployment.ts';
import { misfitsOf } from './capacity.ts';
import { billOfDeployment, loadOf, machinesOf, seriesOf } from './deployments.ts';
import { whole } from './month.ts';

/*
 * `npm run cost -- [DEPLOYMENT] [--series N]` prints the cost of a month by its parts: of each deployment of
 * docs/deployments/, or of one, with its usual number of series or another one. A line _does not fit_ names what of the
 * machines is too small for that number: the bill is theirs all the same.
 */

/** The most series that the command accepts: those of the largest scale of docs/scale.md. */
const seriesMax = 1_000_000;

/**
 * Returns the lines of the command.
 * @throws {UsageError} for arguments that it does not know
 */
export function costLines(args: readonly string[]): readonly string[] {
  const { names, series } = read(args);
  return names.flatMap((name) => {
    const other = series === undefined ? {} : { series };
    const bill = billOfDeployment(name, other);
    const misfits = misfitsOf(machinesOf(name), { ...loadOf(name), ...other });
    const width = Math.max(...bill.parts.map((part) => part.name.length));
    const line = (what: string, usd: number, of: string) =>
      `${what.padEnd(width)}  ${usd.toFixed(2).padStart(9)}  ${of}`.trimEnd();
    return [
      `${name}, ${(series ?? seriesOf[name]).toLocaleString('en')} series, US dollars a month`,
      ...(misfits.length > 0 ? [`does not fit: ${misfits.join('; ')}`] : []),
      ...bill.parts.map((part) => line(part.name, part.usd, part.of)),
      line('together', bill.usd, ''),
      line('idle', bill.idleUsd, 'while nothing is shipped'),
      '',
    ];
  });
}

function read(args: readonly string[]): { readonly names: readonly DeploymentName[]; readonly series?: number } {
  const { values, positionals } = parsed(args);
  const names = deploymentNames.filter((name) => positionals.includes(name));
  const unknown = positionals.find((each) => !deploymentNames.some((name) => name === each));
  if (unknown !== undefined) {
    throw new UsageError(`no deployment "${unknown}"; expected one of ${deploymentNames.join(', ')}`);
  }
  const { series } = values;
  if (series !== undefined && !/^\d+$/.test(series)) {
    throw new UsageError(`--series: expected a whole number, got "${series}"`);
  }
  if (Number(series) > seriesMax) {
    throw new UsageError(
      `--series: expected at most ${whole(seriesMax)}, the largest scale of docs/scale.md, got "${series}"`,
    );
  }
  return { names: names.length > 0 ? names : deploymentNames, ...(series !== undefined && { series: Number(series) }) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { series: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; usage: npm run cost -- [DEPLOYMENT] [--series N]`, {
      cause: error,
    });
  }
}

if (import.meta.main) {
  try {
    console.log(costLines(process.argv.slice(2)).join('\n'));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
