import type { Command } from 'commander';
import { alertCommand } from '../alert-command.ts';
import type { Terminal } from '../terminal.ts';

export function resolveCommand(terminal: Terminal): Command {
  return alertCommand(
    {
      name: 'resolve',
      description:
        'Resolve an alert: a series that is still off opens no new one until it is normal and then off again.',
      verb: 'resolve',
      done: 'resolved',
      note: 'disk replaced',
    },
    terminal,
  );
}
