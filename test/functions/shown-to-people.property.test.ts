import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../functions/alert/cluster-state.ts';
import { rankSuspects } from '../../functions/alert/rank.ts';
import { note } from '../../functions/alert/trace.ts';
import { headlineOf, titleOf } from '../../functions/alert/wording.ts';
import { Problem, problemAnswer } from '../../functions/api/problem.ts';
import { reasonSentence } from '../../functions/detect/reason.ts';
import { terminalText } from '../../functions/notify/receivers/terminal.ts';
import { webhookBody } from '../../functions/notify/receivers/webhook.ts';
import { toMessage } from '../../functions/publish/message.ts';
import type { Decision } from '../../functions/shared/domain/alert.ts';
import { shown, shownText } from '../../functions/shared/domain/shown.ts';
import { powertoolsTelemetry } from '../../functions/shared/handler/telemetry.ts';
import { MemoryTelemetry } from '../../local/memory-telemetry.ts';
import { sentenceOf } from '../../local/terminal/terminal-line.ts';
import { parseSettings } from '../../settings/file.ts';
import { alertOf } from '../support/alerts.ts';
import { hostileNames, unprintableIn } from '../support/hostile-text.ts';
import { anomaly } from './alert/signals.ts';

const seriesOf = (name: string): Member['series'] => ({
  entity: { cluster: name, kind: 'host', name },
  metric: `system.${name}`,
  dimensions: { [name]: name },
});
const memberOf = (name: string): Member => ({
  ...anomaly({ series: seriesOf(name), reason: name }),
  heardAtMs: 0,
  detectPartition: 0,
});

function traceOf(name: string): Decision[] {
  const trace: Decision[] = [];
  note(trace, { atMs: 0, stage: 'command', reason: `silenced by ${name}`, detail: name });
  return trace;
}

const hostileAlert = (name: string) =>
  alertOf({
    id: name,
    title: name,
    headline: name,
    entity: seriesOf(name).entity,
    suspects: rankSuspects([memberOf(name)]).map((suspect) => ({ ...suspect, why: name })),
    labels: { [name]: name },
    trace: [{ atMs: 0, stage: name, reason: name, detail: name }],
  });

function linesOf(write: (telemetry: MemoryTelemetry) => void, render?: typeof sentenceOf): string {
  const lines: string[] = [];
  write(new MemoryTelemetry((line) => lines.push(line), render));
  return lines.join('\n');
}

function cloudLines(name: string): string {
  const lines: string[] = [];
  const telemetry = powertoolsTelemetry({ service: 'detect', write: (line) => lines.push(line) });
  telemetry.error(name, { [name]: name, error: new Error(name) });
  telemetry.count('failures', 1, { reason: 'X', stage: name || 'x' });
  telemetry.flush();
  return lines.join('\n');
}

function settingsProblem(text: string): string {
  try {
    parseSettings(text, text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Every text that is made of names of others for people to read. */
const texts: Readonly<Record<string, (name: string) => string>> = {
  'the title of an alert': (name) => titleOf(memberOf(name), 2),
  'the headline of an alert': (name) => headlineOf(memberOf(name), [memberOf(name)], 0),
  'the reason of an anomaly': (name) => reasonSentence(seriesOf(name), `{${name}}/s`, { seen: 1, lower: 2, upper: 3 }),
  'why something is suspected': (name) =>
    rankSuspects([memberOf(name)])
      .map(({ why }) => why)
      .join(),
  'the decisions of an alert': (name) =>
    traceOf(name)
      .map(({ reason, detail }) => `${reason} ${detail}`)
      .join(),
  'the subject of SNS': (name) => toMessage(hostileAlert(name)).subject,
  'the body of SNS': (name) => toMessage(hostileAlert(name)).body,
  'the body of a webhook': (name) => webhookBody(hostileAlert(name)),
  'an alert on a terminal': (name) => terminalText(hostileAlert(name), false),
  'an alert in colours': (name) => stripVTControlCharacters(terminalText(hostileAlert(name), true)),
  'an answer of the API that refuses': (name) => problemAnswer(new Problem(400, name)).body ?? '',
  'a value in a message': (name) => shown([name]) + shownText(name),
  'a log line of one process': (name) =>
    linesOf((telemetry) => telemetry.warn(name, { [name]: name, message: name }), sentenceOf),
  'a log line of one process with its details': (name) =>
    linesOf((telemetry) => telemetry.warn(name, { [name]: name })),
  'a log line and the metrics for CloudWatch': cloudLines,
  'a problem of the settings with an unknown key': (name) => settingsProblem(`${JSON.stringify(name)}: 1`),
  'a problem of the settings with a value': (name) => settingsProblem(`cluster: ${JSON.stringify(name)}`),
  'a problem of the settings with any text': (name) => settingsProblem(name),
};

describe('foreign names', () => {
  it.each(Object.entries(texts))('cannot hide or steer anything in %s', (_what, textOf) => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        for (const line of textOf(name).split('\n')) expect(unprintableIn(line)).toEqual([]);
      }),
    );
  });

  it('are exact in the fields of a message that programs read', () => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        fc.pre(name.isWellFormed() && name !== '__proto__');
        const { title: _title, ...alert } = hostileAlert(name);
        expect(JSON.parse(toMessage(alertOf(alert)).body)).toMatchObject({
          entity: alert.entity,
          labels: alert.labels,
        });
        expect(JSON.parse(webhookBody(alertOf(alert))).data).toMatchObject({
          entity: alert.entity,
          labels: alert.labels,
        });
      }),
    );
  });

  it('are exact in a log line to a program that reads its JSON', () => {
    fc.assert(
      fc.property(hostileNames, (name) => {
        fc.pre(name !== '' && name !== '__proto__');
        const [line] = cloudLines(name).split('\n');
        expect(JSON.parse(line!)).toMatchObject({ message: name, details: { [name]: name } });
      }),
    );
  });
});
