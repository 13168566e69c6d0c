import { stripVTControlCharacters, styleText } from 'node:util';
import type { Alert } from '../shared/domain/alert.ts';
import { entityPath } from '../shared/domain/entity.ts';
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

/** A receiver that prints. @param write gets whole blocks, line break included */
export function terminalChannel(write: (text: string) => void, colours: boolean): Channel {
  return {
    timeoutMs,
    async send({ alert }) {
      write(compose(() => terminalText(alert, colours)));
      return { kind: 'delivered' };
    },
  };
}

/**
 * One alert's transition as a block of lines: what, where, since when, the likely causes, and what to type next.
 * @param colours whether the reader is a terminal
 */
export function terminalText(alert: Alert, colours: boolean): string {
  const paint: Paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const over = alert.status === 'resolved';
  const badge = paint(over ? ['bold', 'green'] : severityStyles[alert.severity], over ? 'RESOLVED' : heading(alert));
  const lines = [
    `${badge}  ${paint('bold', plain(alert.title))}`,
    `  ${plain(alert.headline)}`,
    `  ${paint('dim', 'where')}  ${plain(entityPath(alert.entity))}`,
    `  ${paint('dim', 'since')}  ${span(alert)}`,
    ...alert.suspects.slice(0, 3).map(({ entity, why }, index) => {
      const label = index === 0 ? 'cause' : '  and';
      return `  ${paint('dim', label)}  ${plain(entityPath(entity))}: ${plain(why)}`;
    }),
    `  ${paint('dim', `${alert.status === 'open' ? 'reply  npx offbeat ack' : 'trace  npx offbeat why'} ${plain(alert.id)}`)}`,
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

/** Names come from foreign documents: none of them may steer the reader's terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
