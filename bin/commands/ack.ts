import { Command } from 'commander';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { fetchAlert, type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

export function ackCommand(console: Terminal): Command {
  const command = new Command('ack')
    .description('Say that an alert is in your hands: it is not repeated, and its end is still told.')
    .argument('<alert>', 'its id', idOf("an alert's id"));
  withOperatorOptions(withApiOptions(command)).action((id: string, flags: ApiFlags & OperatorFlags) =>
    acknowledge(id, flags, console),
  );
  return withExamples(command, 'npx offbeat ack 1J7dLk2rQxT0mVbWcYz8aPq4Es --note "on it"');
}

async function acknowledge(id: string, flags: ApiFlags & OperatorFlags, console: Terminal): Promise<void> {
  const door = await openApiClient(flags, console);
  try {
    const { entity, status, title } = await fetchAlert(door, id);
    if (status === 'resolved') {
      console.print(`nothing to acknowledge: ${title} is over`);
      return;
    }
    const command = { ...signed(flags, console), action: 'ack', cluster: entity.cluster, alertId: id };
    await postCommand(door, command, console);
    console.print(`acknowledged by ${command.by}: ${title}`);
  } finally {
    await door.close();
  }
}
