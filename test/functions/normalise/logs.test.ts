import { describe, expect, it } from 'vitest';
import { refusalOf, sampleOf, time, timeMs } from './beats.ts';

const line = (more: object = {}) => ({
  '@timestamp': time,
  agent: { type: 'filebeat', name: 'node-a', version: '8.17.0' },
  event: { dataset: 'nginx.error', module: 'nginx' },
  host: { name: 'node-a' },
  input: { type: 'log' },
  log: { file: { path: '/var/log/nginx/error.log' }, level: 'warn', offset: 4711 },
  message: 'conflicting server name',
  ...more,
});

describe('a document of Filebeat', () => {
  it('adds one record to the series of its host, dataset and level', () => {
    expect(sampleOf(line())).toEqual({
      entity: { cluster: 'local', kind: 'host', name: 'node-a' },
      timestampMs: timeMs,
      dataset: 'nginx.error',
      dimensions: { level: 'warning' },
      measurements: { 'log.records': 1 },
      facts: { 'log.file.path': '/var/log/nginx/error.log' },
      line: { id: expect.any(Number), text: 'conflicting server name' },
      source: 'filebeat',
    });
  });

  it.each([
    ['ERROR', 'error'],
    ['Err', 'error'],
    ['WARN', 'warning'],
    ['FATAL', 'critical'],
    ['informational', 'info'],
    ['3', 'error'],
    ['my own level', 'other'],
    ['', 'none'],
    [undefined, 'none'],
    ['__proto__', 'other'],
  ])('of level %s has the level %s', (level, counted) => {
    expect(sampleOf(line({ log: { level } })).dimensions).toEqual({ level: counted });
  });

  // RFC 5424, section 6.2.1: 6 is informational.
  it('of syslog has the severity as its level', () => {
    expect(sampleOf(line({ log: { syslog: { severity: { code: 6 } } } })).dimensions).toEqual({ level: 'info' });
  });

  it('of an older Filebeat, with flat keys and without a time, has its append time', () => {
    const flat = {
      'event.module': 'system',
      'fileset.name': 'syslog',
      'host.hostname': 'linux-sqrz',
      'input.type': 'log',
      'log.offset': 88,
      message: 'Stopped target Paths.',
    };
    expect(sampleOf(flat)).toMatchObject({
      entity: { name: 'linux-sqrz' },
      dataset: 'system.syslog',
      timestampMs: timeMs + 1000,
      dimensions: { level: 'none' },
    });
  });

  it('is refused without a host', () => {
    expect(refusalOf({ '@timestamp': time, message: 'hello', log: { level: 'info' } })).toMatch(
      /^no entity: host.name: missing; /,
    );
  });
});

describe('a long line', () => {
  const lineOf = (message: string) => sampleOf({ hostname: 'a', '@timestamp': time, message }).line?.text;
  const costOf = (message: string): number => {
    const turns = Array.from({ length: 5 }, () => {
      const beganMs = performance.now();
      for (let round = 0; round < 20; round += 1) lineOf(message);
      return performance.now() - beganMs;
    });
    return Math.min(...turns);
  };

  it('is cut before a word that was not read to its end', () => {
    // 1,024 characters are read, of which 400 are a token that is redacted.
    const token = 'Ab1'.repeat(134).slice(0, 400);
    expect(lineOf(`${token} ${'a b'.repeat(200)} ${'x'.repeat(2_000)}`)).not.toContain('xx');
    expect(lineOf('z-'.repeat(2_000))).toHaveLength(256);
  });

  it('costs the same whether its first part is one word or a word and a space', () => {
    const word = 'x-'.repeat(511);
    let ratio = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 5 && ratio >= 9; turn += 1) {
      ratio = Math.min(ratio, costOf(`${word}x ${'y'.repeat(2_000)}`) / costOf(`${word}xx${'y'.repeat(2_000)}`));
    }
    expect(ratio).toBeLessThan(9);
  });
});
