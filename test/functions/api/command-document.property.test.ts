import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../functions/api/caller.ts';
import { readCommand } from '../../../functions/api/command.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { fitsBody } from './fits-document.ts';

const nowMs = 1_795_446_000_000;
const callers = {
  nobody: callerOf({}),
  'one person': callerOf({ authorizer: { jwt: { claims: { sub: 'ada' }, scopes: null } } }),
};

const common = { id: 'command-1', by: 'ada', cluster: 'prod', atMs: nowMs };
/** A valid command of each action, with every field that it may have. */
const commands: readonly object[] = [
  { ...common, action: 'ack', alertId: 'alert-1', note: 'seen' },
  { ...common, action: 'resolve', alertId: 'alert-1', note: 'over' },
  { ...common, action: 'comment', alertId: 'alert-1', text: 'a disk' },
  { ...common, action: 'feedback', subjectId: 'alert-1', verdict: 'noise' },
  {
    ...common,
    action: 'silence',
    matchers: { name: 'a*' },
    endsAtMs: nowMs + 60_000,
    startsAtMs: nowMs,
    note: 'works',
  },
  { ...common, action: 'unsilence', silenceId: 'command-0', note: 'done' },
];

/** Returns what is in the place of one field, or in a field that no action has. */
const spoilt = fc
  .tuple(
    fc.constantFrom(...commands),
    fc.constantFrom(...new Set(commands.flatMap((each) => Object.keys(each))), 'caller', 'other'),
    fc.oneof(
      fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 1e300, true, [], {}, ['ada'], { name: 5 }, 'x'.repeat(2_000)),
      fc.json().map((text) => JSON.parse(text)),
    ),
  )
  .map(([command, field, value]) => ({ ...command, [field]: value }));

describe('a command that the document refuses', () => {
  it.each(Object.entries(callers))('is refused where the caller is %s', (_words, caller) => {
    for (const command of commands) {
      expect(fitsBody('/api/commands', command), JSON.stringify(command)).toBe(true);
      expect(() => readCommand(command, caller, nowMs, defaultSettings)).not.toThrow();
    }
    fc.assert(
      fc.property(spoilt, (body) => {
        fc.pre(!fitsBody('/api/commands', body));
        expect(() => readCommand(body, caller, nowMs, defaultSettings)).toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});
