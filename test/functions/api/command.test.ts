import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../functions/api/caller.ts';
import { commandRecord, readCommand } from '../../../functions/api/command.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { partitionOf } from '../../../functions/shared/log/topics.ts';
import { problemOf } from './problem-of.ts';

const nowMs = 1_795_446_000_000;
const dayMs = 86_400_000;
const readAt = (body: unknown, requestContext = {}) =>
  readCommand(body, callerOf(requestContext), nowMs, defaultSettings);
const ack = { id: 'command-1', action: 'ack', by: 'ada', cluster: 'prod', alertId: 'alert-1' };
const silence = {
  id: 'command-2',
  action: 'silence',
  by: 'ada',
  cluster: 'prod',
  matchers: { entity: 'prod/host/*' },
  endsAtMs: nowMs + 3_600_000,
};
const unsilence = { id: 'command-3', action: 'unsilence', by: 'ada', cluster: 'prod', silenceId: 'command-2' };

describe('a command', () => {
  it('a command without a time gets the current time', () => {
    expect(readAt(ack)).toEqual({ ...ack, atMs: nowMs });
    expect(readAt({ ...ack, atMs: nowMs - 5 })).toMatchObject({ atMs: nowMs - 5 });
  });

  it('a silence has a start only if the command names one', () => {
    expect(readAt(silence)).toEqual({ ...silence, atMs: nowMs });
    const later = { ...silence, startsAtMs: nowMs + 60_000 };
    expect(readAt(later)).toEqual({ ...later, atMs: nowMs });
  });

  it.each([
    [
      'the role that signed it',
      { iam: { userArn: 'arn:aws:sts::1:assumed-role/on-call/ada' } },
      'arn:aws:sts::1:assumed-role/on-call/ada',
    ],
    ['the subject of its token', { jwt: { claims: { sub: 'ada' }, scopes: null } }, 'ada'],
    ['the principal that a function decided', { lambda: { principalId: 'ada' } }, 'ada'],
  ])('a command has the identity of %s', (_identity, authorizer, caller) => {
    expect(readAt(ack, { authorizer })).toMatchObject({ by: 'ada', caller });
  });

  it('a command has no identity where nobody logs in', () => {
    expect(readAt(ack)).not.toHaveProperty('caller');
    expect(readAt(ack, { authorizer: null })).not.toHaveProperty('caller');
  });

  it('a client cannot give a command an identity', () => {
    expect(() => readAt({ ...ack, caller: 'root' })).toThrow(/^caller: is set by the server/);
  });

  it('a command ends a silence by its id', () => {
    expect(readAt(unsilence)).toEqual({ ...unsilence, atMs: nowMs });
  });

  it('a silence may last exactly the longest time', () => {
    expect(readAt({ ...silence, endsAtMs: nowMs + 30 * dayMs })).toMatchObject({ atMs: nowMs });
  });

  it.each([
    ['no id', { ...ack, id: undefined }, /^id: missing; expected text$/],
    ['an id too short to be one of its own', { ...ack, id: '1' }, /id: .*8.*, got "1"/],
    ['an id with white space', { ...silence, id: 'with white space' }, /id: expected 8 to 128 letters/],
    [
      'an unknown action',
      { ...ack, action: 'mute' },
      /^action: expected ack, resolve, silence, feedback, comment or unsilence, got "mute"$/,
    ],
    ['no alert', { ...ack, alertId: undefined }, /^alertId: missing; expected text$/],
    ['a cluster that is none', { ...ack, cluster: 'a/b' }, /cluster: .*, got "a\/b"/],
    ['a note too long', { ...ack, note: 'x'.repeat(1_025) }, /^note: expected at most 1024 characters, got 1025$/],
    ['a time that is none', { ...ack, atMs: -1 }, /atMs: .*, got -1/],
    ['a time long ago', { ...ack, atMs: nowMs - dayMs - 1 }, /atMs: expected a time from .*; or leave it out/],
    ['a time ahead', { ...ack, atMs: nowMs + 300_001 }, /atMs: expected a time from .*; or leave it out/],
    ['a misspelt field', { ...silence, startAtMs: nowMs }, /^startAtMs: unknown field; did you mean startsAtMs\?$/],
    ['a field of another action', { ...ack, matchers: {} }, /^matchers: unknown field; remove it$/],
    ['no matcher', { ...silence, matchers: {} }, /matchers: expected at least one matcher/],
    [
      'an empty pattern',
      { ...silence, matchers: { entity: '' } },
      /^matchers\.entity: expected at least 1 character, got 0$/,
    ],
    ['an empty label', { ...silence, matchers: { '': '*' } }, /matchers/],
    [
      'eleven matchers',
      { ...silence, matchers: Object.fromEntries(Array.from({ length: 11 }, (_, nth) => [`label-${nth}`, '*'])) },
      /matchers: expected at most 10 matchers/,
    ],
    ['an end that is now', { ...silence, endsAtMs: nowMs }, /endsAtMs: a silence must end/],
    [
      'an end in the past, although after its start',
      { ...silence, atMs: nowMs - 60_000, endsAtMs: nowMs - 1 },
      /endsAtMs: a silence must end in the future; expected ms after 1795446000000/,
    ],
    [
      'an end before its start',
      { ...silence, startsAtMs: nowMs + 9, endsAtMs: nowMs + 9 },
      /endsAtMs: a silence must end after it starts, and after the time of its command, got \d+/,
    ],
    [
      'an end after more than 30 days',
      { ...silence, endsAtMs: nowMs + 30 * dayMs + 1 },
      /^endsAtMs: a silence lasts at most 30d \(alerts\.silenceMax\): expected \S+ or earlier, got \S+$/,
    ],
    ['an end at the end of time', { ...silence, endsAtMs: 8.64e15 }, /^endsAtMs: a silence lasts at most 30d/],
    [
      'a start after more than 30 days',
      { ...silence, startsAtMs: nowMs + 31 * dayMs, endsAtMs: nowMs + 32 * dayMs },
      /^startsAtMs: a silence starts ahead by at most 30d/,
    ],
    ['no silence to end', { ...unsilence, silenceId: undefined }, /^silenceId: missing; expected text$/],
    ['no body', undefined, /^body: missing; expected an object$/],
    ['a body that is no object', [], /body: .*, got \[\]/],
  ])('a command with %s is refused with field, value and remedy', (_, body, message) => {
    const problem = problemOf(() => readAt(body));
    expect(problem.status).toBe(400);
    expect(problem.error).toMatch(message);
  });

  it('a command is appended to signals by its cluster, with its own id', () => {
    const layout = { partitions: { ...defaultLayout.partitions, 'offbeat.signals': 7 } };
    const command = readAt(ack);
    expect(commandRecord(command, layout)).toEqual({
      topic: 'offbeat.signals',
      partition: partitionOf('prod', 7),
      key: 'prod',
      value: Buffer.from(JSON.stringify(command)),
      headers: { [header.schema]: 'command/1', [header.id]: 'command-1' },
    });
  });
});
