import { Command } from 'commander';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { fetchAlert, type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

export function resolveCommand(console: Terminal): Command {
  const command = new Command('resolve')
    .description('Close an alert: what is still off opens no new one until it is back to normal and off again.')
    .argument('<alert>', 'its id', idOf("an alert's id"));
  withOperatorOptions(withApiOptions(command)).action((id: string, flags: ApiFlags & OperatorFlags) =>
    resolve(id, flags, console),
  );
  return withExamples(command, 'npx offbeat resolve 1J7dLk2rQxT0mVbWcYz8aPq4Es --note "disk replaced"');
}

async function resolve(id: string, flags: ApiFlags & OperatorFlags, console: Terminal): Promise<void> {
  const door = await openApiClient(flags, console);
  try {
    const { entity, status, title } = await fetchAlert(door, id);
    if (status === 'resolved') {
      console.print(`nothing to resolve: ${title} is over`);
      return;
    }
    const command = { ...signed(flags, console), action: 'resolve', cluster: entity.cluster, alertId: id };
    await postCommand(door, command, console);
    console.print(`resolved by ${command.by}: ${title}`);
  } finally {
    await door.close();
  }
}
