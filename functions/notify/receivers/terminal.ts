import { styleText } from 'node:util';
import type { Alert } from '../../shared/domain/alert.ts';
import { entityPath } from '../../shared/domain/entity.ts';
import { printable } from '../../shared/domain/printable.ts';
import { compose, type OpenChannel } from '../channel.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** The time that is reserved for a write, which takes far less. */
const timeoutMs = 1_000;

const severityStyles: Readonly<Record<Alert['severity'], Style>> = {
  critical: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'blue'],
};

/** Opens the channel of the terminal, which prints each transition as a block of lines. */
export const terminalChannel: OpenChannel<'terminal'> = (_options, ports) => {
  const { terminal = (text) => process.stdout.write(text), colours = false, commandFlags = () => '' } = ports;
  return {
    timeoutMs,
    async send({ alert }) {
      terminal(compose(() => terminalText(alert, colours, commandFlags())));
      return { kind: 'delivered' };
    },
  };
};

/**
 * Returns a transition as a block of lines: what is unusual, where, since when, the likely causes, and the command to type next.
 * @param colours      whether the reader is a terminal that shows colours
 * @param commandFlags flags of that command, with a space in front; empty if it needs none
 */
export function terminalText(alert: Alert, colours: boolean, commandFlags = ''): string {
  const paint: Paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const over = alert.status === 'resolved';
  const badge = paint(over ? ['bold', 'green'] : severityStyles[alert.severity], over ? 'RESOLVED' : heading(alert));
  const command = alert.status === 'open' ? 'reply  npx offbeat ack' : 'trace  npx offbeat why';
  const lines = [
    `${badge}  ${paint('bold', printable(alert.title))}`,
    `  ${printable(alert.headline)}`,
    `  ${paint('dim', 'where')}  ${printable(entityPath(alert.entity))}`,
    `  ${paint('dim', 'since')}  ${span(alert)}`,
    ...alert.suspects.slice(0, 3).map(({ entity, why }, index) => {
      const label = index === 0 ? 'cause' : '  and';
      return `  ${paint('dim', label)}  ${printable(entityPath(entity))}: ${printable(why)}`;
    }),
    `  ${paint('dim', `${command} ${printable(alert.id)}${commandFlags}`)}`,
  ];
  return `${lines.join('\n')}\n\n`;
}

function heading({ severity, transition }: Alert): string {
  return transition === 'opened' ? severity.toUpperCase() : `${severity.toUpperCase()} (${transition})`;
}

function span({ startsAtMs, endsAtMs }: Alert): string {
  const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return endsAtMs === undefined ? iso(startsAtMs) : `${iso(startsAtMs)} to ${iso(endsAtMs)}`;
}
