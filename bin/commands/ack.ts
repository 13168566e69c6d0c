import type { Command } from 'commander';
import { alertCommand } from '../alert-command.ts';
import type { Terminal } from '../terminal.ts';

export function ackCommand(terminal: Terminal): Command {
  return alertCommand(
    {
      name: 'ack',
      description: 'Acknowledge an alert: it is not repeated, and its end is still reported.',
      verb: 'acknowledge',
      done: 'acknowledged',
      note: 'on it',
    },
    terminal,
  );
}
