import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalChannel, terminalText } from '../../../../functions/notify/receivers/terminal.ts';
import type { Alert } from '../../../../functions/shared/domain/alert.ts';
import { ManualClock } from '../../../local/memory-broker.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { alerts } from '../../../support/arbitraries.ts';

const suspectOf = (name: string, why: string): Alert['suspects'][number] => ({
  ...alertOf().suspects[0]!,
  entity: { cluster: 'prod', kind: 'broker', name },
  why,
});

/** The characters that control a terminal: C0 except the line break, DEL, C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for them
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

/** Names as a hostile document may contain them. */
const hostile = fc.string({
  unit: fc.constantFrom('a', '\u001b', '[', '2', 'J', '\u009b', '\r', '\n', '\u0007', 'm', ']'),
});

describe('an alert on a terminal', () => {
  it('the block contains what, where, since when, why, and the command to type next', () => {
    const alert = alertOf({
      suspects: ['a', 'b', 'c', 'd'].map((name, index) => suspectOf(name, `reason ${index}`)),
    });
    expect(terminalText(alert, false)).toBe(
      [
        'WARNING  writes off on node-b',
        '  diskio write bytes on node-b/sdb at 92 MB/s, expected 1 to 3 MB/s',
        '  where  prod/host/node-b',
        '  since  2026-11-23 10:00:00 UTC',
        '  cause  prod/broker/a: reason 0',
        '    and  prod/broker/b: reason 1',
        '    and  prod/broker/c: reason 2',
        '  reply  npx offbeat ack k3Jd82hLmQ0vTnXyRz5cWb7pAe',
        '',
        '',
      ].join('\n'),
    );
  });

  it('the block of a resolved alert contains its start and end, and the command that shows the reasons', () => {
    const lines = terminalText(
      alertOf({ status: 'resolved', transition: 'resolved', endsAtMs: startMs + 90_000, suspects: [] }),
      false,
    ).split('\n');
    expect(lines[0]).toBe('RESOLVED  writes off on node-b');
    expect(lines).toContain('  since  2026-11-23 10:00:00 UTC to 2026-11-23 10:01:30 UTC');
    expect(lines).toContain('  trace  npx offbeat why k3Jd82hLmQ0vTnXyRz5cWb7pAe');
    expect(lines.some((line) => line.includes('npx offbeat ack'))).toBe(false);
  });

  it.each([
    ['opened', 'critical', 'CRITICAL'],
    ['updated', 'warning', 'WARNING (updated)'],
    ['repeated', 'info', 'INFO (repeated)'],
    ['acknowledged', 'warning', 'WARNING (acknowledged)'],
  ] as const)('the block of an alert that was %s begins with its severity %s: %s', (transition, severity, heading) => {
    const [first] = terminalText(alertOf({ transition, severity }), false).split('\n');
    expect(first).toBe(`${heading}  writes off on node-b`);
  });

  it('the block has colours only on request, and the same text with them', () => {
    for (const status of ['open', 'resolved'] as const) {
      const alert = alertOf({ status });
      expect(terminalText(alert, false)).not.toContain('\u001b');
      expect(terminalText(alert, true)).toContain('\u001b[');
      expect(stripVTControlCharacters(terminalText(alert, true))).toBe(terminalText(alert, false));
    }
  });

  it('the block cannot control the terminal, whatever names it contains', () => {
    const hostileAlerts = fc
      .tuple(alerts, fc.array(hostile, { minLength: 6, maxLength: 6 }))
      .map(([alert, [id = '', title = '', headline = '', name = '', cluster = '', why = '']]) => ({
        ...alert,
        id,
        title,
        headline,
        entity: { ...alert.entity, name, cluster },
        suspects: [{ ...suspectOf(name, why), entity: { cluster, kind: 'host' as const, name } }],
      }));
    fc.assert(
      fc.property(hostileAlerts, (alert) => {
        const text = terminalText(alert, false);
        expect(text).not.toMatch(controls);
        expect(text.split('\n')).toHaveLength(8);
        expect(stripVTControlCharacters(terminalText(alert, true))).not.toMatch(controls);
      }),
    );
  });

  it('the block ends with the command that answers it, and the flags that it needs', () => {
    const id = alertOf().id;
    expect(terminalText(alertOf(), false)).toContain(`reply  npx offbeat ack ${id}\n`);
    expect(terminalText(alertOf(), false, ' --port 8788')).toContain(`reply  npx offbeat ack ${id} --port 8788\n`);
  });

  it('the block keeps the letters of all scripts', () => {
    expect(terminalText(alertOf({ title: 'диск 磁盘 ✓ 🔥' }), false)).toContain('диск 磁盘 ✓ 🔥');
  });
});

describe('the terminal as a receiver', () => {
  it('the terminal gets whole blocks, and every delivery to it succeeds', async () => {
    const written: string[] = [];
    const channel = terminalChannel(
      {},
      {
        terminal: (text) => written.push(text),
        colours: true,
        commandFlags: () => ' --port 8788',
        secrets: { get: () => Promise.reject(new Error('a terminal has no secret')) },
        clock: new ManualClock(),
      },
    );
    const { signal } = new AbortController();
    expect(await channel.send({ alert: alertOf(), id: 'delivery-1', signal })).toEqual({ kind: 'delivered' });
    expect(written).toEqual([terminalText(alertOf(), true, ' --port 8788')]);
  });
});
