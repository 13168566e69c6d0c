import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Command, SilenceCommand } from '../shared/domain/signal.ts';
import type { Ports } from '../shared/ports/index.ts';
import { commandRecord, readCommand } from './command.ts';
import { inTime } from './in-time.ts';
import { jsonAnswer } from './json-answer.ts';
import { refuseOther } from './known-silence.ts';
import { Problem } from './problem.ts';
import type { Sources } from './sources.ts';
import { patternWarnings, unchecked, warningsOf } from './warnings.ts';

type CommandPorts = Pick<Ports, 'settings' | 'eventLog' | 'layout' | 'clock'> & Sources;

type EventHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The most characters of a command, whose note has at most 1,024. */
const commandCharactersMax = 65_536;

/** Returns the handler of `POST /api/commands`, which appends an operator's command to topic `signals`. */
export function postCommand(ports: CommandPorts): EventHandler {
  return middy(async (event: APIGatewayProxyEventV2) => {
    const command = readCommand(event, ports.clock.nowMs(), ports.settings);
    if (command.action === 'silence') return accepted(command, await silence(command, ports));
    await append(command, ports);
    return accepted(command, []);
  })
    .use({ before: refuseLong })
    .use(httpJsonBodyParser()) as unknown as EventHandler;
}

const accepted = ({ id }: Command, warnings: readonly string[]) => jsonAnswer(202, { accepted: id, warnings });

function refuseLong({ event: { body } }: { readonly event: APIGatewayProxyEventV2 }): void {
  if (body === undefined || body.length <= commandCharactersMax) return;
  throw new Problem(413, `body: expected ${commandCharactersMax} characters at most, got ${body.length}`);
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
