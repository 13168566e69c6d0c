import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { callerOf } from '../../../functions/api/caller.ts';
import { readCommand } from '../../../functions/api/command.ts';
import { parameterSchemas, readParameters } from '../../../functions/api/parameters.ts';
import { Problem, problemAnswer } from '../../../functions/api/problem.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { commandSchema } from '../../../functions/shared/domain/signal.ts';
import { hostileTexts, messageCharactersMax, nestedArrays, valueTexts } from '../../support/hostile.ts';
import { apiOnStore } from './api-on-store.ts';

const nowMs = 1_795_446_000_000;
const commands = [
  { id: 'command-1', action: 'ack', by: 'ada', cluster: 'prod', alertId: 'alert-1', note: 'x' },
  {
    id: 'command-2',
    action: 'silence',
    by: 'ada',
    cluster: 'prod',
    matchers: { entity: 'prod/host/*' },
    startsAtMs: nowMs,
    endsAtMs: nowMs + 1,
  },
  { id: 'command-3', action: 'unsilence', by: 'ada', cluster: 'prod', silenceId: 'command-2' },
];

/** Runs a parser: it returns, or is a 400 with a message of bounded length. */
function readsOrIs400(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    const answer = problemAnswer(error as Problem);
    const sent = JSON.parse(answer.body!);
    expect([answer.statusCode, sent.status]).toEqual([400, 400]);
    expect(sent.detail).not.toBe('');
    expect(sent.detail.length).toBeLessThan(messageCharactersMax);
  }
}

describe('whatever a client sends', () => {
  it('any text that is posted as a command fits the contract, or is refused', () => {
    fc.assert(
      fc.property(hostileTexts(commands), (text) => {
        let body: unknown;
        try {
          body = JSON.parse(text);
        } catch {
          return; // The body parser's affair, below.
        }
        readsOrIs400(() =>
          expect(commandSchema.safeParse(readCommand(body, callerOf({}), nowMs, defaultSettings)).success).toBe(true),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('any query string is read, or is refused', () => {
    const texts = fc.oneof(
      fc.constantFrom(
        '1',
        '10001',
        '-1',
        '9e99',
        '2026-11-23T15:00:00Z',
        'open',
        'prod',
        'a/host/b m{c=d}',
        'a/host/b',
      ),
      fc.constantFrom(' a{'.repeat(5_000), '9'.repeat(16_000), '/'.repeat(16_000), '\u0000', '\ud800'),
      fc.string({ unit: 'binary' }),
    );
    const names = fc.oneof(
      fc.constantFrom(
        'status',
        'state',
        'cluster',
        'from',
        'to',
        'limit',
        'series',
        'entity',
        '__proto__',
        'x'.repeat(9_000),
      ),
      fc.string({ unit: 'binary' }),
    );
    const parameters = fc.dictionary(names, texts, { maxKeys: 8, noNullPrototype: true });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(parameterSchemas)), parameters, (schema, given) => {
        readsOrIs400(() => readParameters(schema as z.ZodObject, given, nowMs));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('any posted body', () => {
  const api = apiOnStore();

  it('any posted text is accepted, or is refused as an error of the client', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts(commands), async (body) => {
        const { status, body: answer } = await api.ask('/api/commands', { body });
        expect([202, 400, 413, 422]).toContain(status);
        expect(JSON.stringify(answer).length).toBeLessThan(2 * messageCharactersMax);
      }),
      { numRuns: 200 },
    );
  });

  it('a long text is refused as a command', async () => {
    const { status, body } = await api.ask('/api/commands', { body: nestedArrays(50_000) });
    expect([status, body.detail]).toEqual([413, 'body: expected 65536 characters at most, got 100000']);
  });

  it('any value at any depth is read, or is refused', () => {
    fc.assert(
      fc.property(valueTexts, (text) => {
        readsOrIs400(() => readCommand(JSON.parse(text), callerOf({}), nowMs, defaultSettings));
      }),
    );
  });
});
