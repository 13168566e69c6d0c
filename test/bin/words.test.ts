import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listLettersWords, redriveWords } from '../../bin/words.ts';

describe('the command that sends again what was given up', () => {
  it.each([
    [{}, 'npx offbeat redrive --stage notify'],
    [{ data: '.offbeat' }, 'npx offbeat redrive --stage notify'],
    [{ data: '/var/lib/off beat' }, "npx offbeat redrive --stage notify --data '/var/lib/off beat'"],
    [{ data: 'd', settings: "it's.yaml" }, "npx offbeat redrive --stage notify --data d --settings 'it'\\''s.yaml'"],
  ])('for %o names what is not the default, as a shell takes it', (flags, command) => {
    expect(redriveWords(flags)).toBe(command);
  });

  it('names any other store', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z/]{1,20}$/), (data) => {
        expect(redriveWords({ data })).toContain(` --data ${data}`);
      }),
    );
  });
});

describe('the command that lists dead letters', () => {
  it('names what is not the default', () => {
    expect(listLettersWords({ data: 'd', settings: 'a.yaml' })).toBe(
      'npx offbeat redrive --dry-run --data d --settings a.yaml',
    );
  });
});
