import type { Command, SilenceCommand } from '../shared/domain/signal.ts';
import { commandRecord, readCommand } from './command.ts';
import { inTime } from './in-time.ts';
import { refuseOther } from './known-silence.ts';
import { Problem } from './problem.ts';
import type { RoutePorts, RouteRequest } from './routes/route.ts';
import { patternWarnings, unchecked, warningsOf } from './warnings.ts';

type CommandPorts = Pick<RoutePorts, 'settings' | 'eventLog' | 'layout' | 'reader' | 'warehouse'>;

/** The answer to an accepted command. */
interface Accepted {
  readonly accepted: string;
  readonly warnings: readonly string[];
}

/** Appends the operator's command of a request to topic `signals`. */
export async function postCommand({ body, caller, nowMs }: RouteRequest, ports: CommandPorts): Promise<Accepted> {
  const command = readCommand(body, caller, nowMs, ports.settings);
  const accepted = command.id;
  if (command.action === 'silence') return { accepted, warnings: await silence(command, ports) };
  await append(command, ports);
  return { accepted, warnings: [] };
}

/**
 * Appends a silence, unless its cluster has another silence with its id.
 * @returns the warnings about it
 */
async function silence(command: SilenceCommand, ports: CommandPorts): Promise<string[]> {
  const { id, cluster } = command;
  const { reader } = ports;
  const known = await inTime(reader.silence(id, cluster).then((found) => found ?? 'new'));
  if (known !== undefined && known !== 'new') refuseOther(command, known);
  await append(command, ports);
  const unknown =
    known === undefined ? [unchecked('id, cluster and labels', reader)] : await warningsOf(command, ports);
  return [...patternWarnings(command), ...unknown];
}

/** @throws {Problem} 413 if the command is too large for the log */
async function append(command: Command, { eventLog, layout }: CommandPorts): Promise<void> {
  const [refused] = await eventLog.append([commandRecord(command, layout)]);
  if (refused !== undefined) throw new Problem(413, `command ${command.id}: ${refused.reason}`);
}
