import { Command } from 'commander';
import { type DoorFlags, openApiDoor, withDoorOptions } from '../api-door.ts';
import type { Console } from '../console.ts';
import { fetchAlert, type OperatorFlags, postCommand, signed, withOperatorOptions } from '../operator.ts';
import { idOf, withExamples } from '../options.ts';

export function resolveCommand(console: Console): Command {
  const command = new Command('resolve')
    .description('Close an alert: what is still off opens no new one until it is back to normal and off again.')
    .argument('<alert>', 'its id', idOf("an alert's id"));
  withOperatorOptions(withDoorOptions(command)).action((id: string, flags: DoorFlags & OperatorFlags) =>
    resolve(id, flags, console),
  );
  return withExamples(command, 'npx offbeat resolve 1J7dLk2rQxT0mVbWcYz8aPq4Es --note "disk replaced"');
}

async function resolve(id: string, flags: DoorFlags & OperatorFlags, console: Console): Promise<void> {
  const door = await openApiDoor(flags, console);
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
