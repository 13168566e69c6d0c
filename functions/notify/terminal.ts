import { styleText } from 'node:util';
import type { Alert } from '../shared/domain/alert.ts';
import { entityPath } from '../shared/domain/entity.ts';
import { printable } from '../shared/domain/printable.ts';
import { type Channel, compose } from './channel.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Writing to a terminal takes no time worth waiting for. */
const timeoutMs = 1_000;

const severityStyles: Readonly<Record<Alert['severity'], Style>> = {
  critical: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'blue'],
};

export interface TerminalOptions {
  /** Gets whole blocks, line break included. */
  readonly write: (text: string) => void;
  /** Whether the reader is a terminal that shows colours. */
  readonly colours: boolean;
  /** Flags that a command needs to ask this run, with a space in front: ` --port 8788`. */
  readonly commandFlags: () => string;
}

/** A receiver that prints. */
export function terminalChannel({ write, colours, commandFlags }: TerminalOptions): Channel {
  return {
    timeoutMs,
    async send({ alert }) {
      write(compose(() => terminalText(alert, colours, commandFlags())));
      return { kind: 'delivered' };
    },
  };
}

/**
 * One alert's transition as a block of lines: what, where, since when, the likely causes, and what to type next.
 * @param colours      whether the reader is a terminal
 * @param commandFlags flags of the command to type, with a space in front; empty where it needs none
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
