import { describe, expect, it } from 'vitest';
import { matchesLabels } from '../../../functions/shared/domain/labels.ts';
import { silencedMatchers, silencedWords } from '../../../web/alerts/silence-scope.ts';

const part = (name: string, metric = 'system.load.norm.1') => ({
  entity: { cluster: 'prod', kind: 'host' as const, name },
  series: { metric },
});

describe('the silence that an alert offers', () => {
  it('covers each component that the alert names, once', () => {
    expect(silencedMatchers([part('a'), part('b'), part('a', 'x')], 'component')).toEqual([
      { kind: 'host', name: 'a' },
      { kind: 'host', name: 'b' },
    ]);
  });

  it('mutes no other component than one whose name has a star', () => {
    const [matchers] = silencedMatchers([part('db*')], 'component');
    expect(matchers).toEqual({ kind: 'host', name: 'db[*]' });
    const labels = (name: string) => ({ kind: 'host', name });
    expect(matchesLabels(matchers!, labels('db*'))).toBe(true);
    expect(matchesLabels(matchers!, labels('db-1'))).toBe(false);
  });

  it('covers the measures that are off, each of its component', () => {
    expect(silencedMatchers([part('a'), part('b', 'x')], 'measure')).toEqual([
      { kind: 'host', name: 'a', metric: 'system.load.norm.1' },
      { kind: 'host', name: 'b', metric: 'x' },
    ]);
  });

  it('says what it mutes, and counts what it does not name', () => {
    expect(silencedWords([part('a')], 'measure')).toBe('load of a');
    expect(silencedWords([part('a'), part('b')], 'component')).toBe('every alert of a and b');
    expect(
      silencedWords(
        ['a', 'b', 'c', 'd', 'e'].map((name) => part(name)),
        'component',
      ),
    ).toBe('every alert of a, b and 3\u00a0other components');
  });
});
