import { Command } from 'commander';
import { type DoorFlags, openApiDoor, withDoorOptions } from '../api-door.ts';
import type { Console } from '../console.ts';
import { fetchAlert, type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';

export function ackCommand(console: Console): Command {
  const command = new Command('ack')
    .description('Say that an alert is in your hands: it is not repeated, and its end is still told.')
    .argument('<alert>', 'its id', idOf("an alert's id"));
  withOperatorOptions(withDoorOptions(command)).action((id: string, flags: DoorFlags & OperatorFlags) =>
    acknowledge(id, flags, console),
  );
  return withExamples(command, 'npx offbeat ack 1J7dLk2rQxT0mVbWcYz8aPq4Es --note "on it"');
}

async function acknowledge(id: string, flags: DoorFlags & OperatorFlags, console: Console): Promise<void> {
  const door = await openApiDoor(flags, console);
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
