import { Command } from 'commander';
import { type ApiFlags, openApiClient, withApiOptions } from './api-client.ts';
import { fetchAlert, type OperatorFlags, postCommand, signed, withOperatorOptions } from './operator.ts';
import { idOf, withExamples } from './options.ts';
import type { Terminal } from './terminal.ts';

/** An action of an operator on one alert. */
export interface AlertAction {
  /** The name of the command, and the action that it posts. */
  readonly name: 'ack' | 'resolve';
  readonly description: string;
  /** The action as a verb: `acknowledge`. */
  readonly verb: string;
  /** The action once it is done: `acknowledged`. */
  readonly done: string;
  /** A note for the example in the help. */
  readonly note: string;
}

/** Returns a command that posts one action on one alert, and does nothing to an alert that is over. */
export function alertCommand(action: AlertAction, terminal: Terminal): Command {
  const command = new Command(action.name)
    .description(action.description)
    .argument('<alert>', "the alert's id", idOf("an alert's id"));
  withOperatorOptions(withApiOptions(command)).action((id: string, flags: ApiFlags & OperatorFlags) =>
    act(action, id, flags, terminal),
  );
  return withExamples(command, `npx offbeat ${action.name} 1J7dLk2rQxT0mVbWcYz8aPq4Es --note "${action.note}"`);
}

async function act(
  { name, verb, done }: AlertAction,
  id: string,
  flags: ApiFlags & OperatorFlags,
  terminal: Terminal,
): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const { entity, status, title } = await fetchAlert(api, id);
    if (status === 'resolved') {
      terminal.print(`nothing to ${verb}: ${title} is over`);
      return;
    }
    const command = { ...signed(flags, terminal), action: name, cluster: entity.cluster, alertId: id };
    await postCommand(api, command, terminal);
    terminal.print(`${done} by ${command.by}: ${title}`);
  } finally {
    await api.close();
  }
}
