import { describe, expect, it } from 'vitest';
import { commandRecord, readCommand } from '../../../functions/api/command.ts';
import { header } from '../../../functions/shared/domain/record.ts';
import { defaultLayout } from '../../../functions/shared/domain/settings.ts';
import { partitionOf } from '../../../functions/shared/domain/topics.ts';
import { refusalOf } from './refusal-of.ts';

const nowMs = 1_795_446_000_000;
const ack = { id: 'command-1', action: 'ack', by: 'ada', cluster: 'prod', alertId: 'alert-1' };
const silence = {
  id: 'command-2',
  action: 'silence',
  by: 'ada',
  cluster: 'prod',
  matchers: { entity: 'prod/host/*' },
  endsAtMs: nowMs + 3_600_000,
};

describe('a command', () => {
  it('happens now unless it says when', () => {
    expect(readCommand(ack, nowMs)).toEqual({ ...ack, atMs: nowMs });
    expect(readCommand({ ...ack, atMs: 5 }, nowMs)).toMatchObject({ atMs: 5 });
  });

  it('silences from now on unless it says from when', () => {
    expect(readCommand(silence, nowMs)).toEqual({ ...silence, atMs: nowMs, startsAtMs: nowMs });
  });

  it.each([
    ['no id', { ...ack, id: undefined }, /id: .*, got nothing/],
    ['an id too short to be one of its own', { ...ack, id: '1' }, /id: .*8.*, got "1"/],
    ['an unknown action', { ...ack, action: 'mute' }, /action: .*, got "mute"/],
    ['no alert', { ...ack, alertId: undefined }, /alertId: .*, got nothing/],
    ['a cluster that is none', { ...ack, cluster: 'a/b' }, /cluster: .*, got "a\/b"/],
    ['a time that is none', { ...ack, atMs: -1 }, /atMs: .*, got -1/],
    [
      'an end before its start',
      { ...silence, endsAtMs: nowMs },
      /endsAtMs: a silence must end after it starts, got \d+/,
    ],
    ['no body', undefined, /body: .*, got nothing/],
    ['a body that is no object', [], /body: .*, got \[\]/],
  ])('with %s is refused with field, value and remedy', (_, body, message) => {
    const refusal = refusalOf(() => readCommand(body, nowMs));
    expect(refusal.statusCode).toBe(400);
    expect(refusal.error).toMatch(message);
  });

  it('lies on signals by its cluster, under its own id', () => {
    const layout = { partitions: { ...defaultLayout.partitions, 'offbeat.signals': 7 } };
    const command = readCommand(ack, nowMs);
    expect(commandRecord(command, layout)).toEqual({
      topic: 'offbeat.signals',
      partition: partitionOf('prod', 7),
      key: 'prod',
      value: Buffer.from(JSON.stringify(command)),
      headers: { [header.schema]: 'command/1', [header.id]: 'command-1' },
    });
  });
});
