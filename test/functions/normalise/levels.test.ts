import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelInLine } from '../../../functions/normalise/logs/levels.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { sampleOf, time } from './beats.ts';

const levelOf = (fields: object): string | undefined =>
  sampleOf({ '@timestamp': time, hostname: 'a', message: 'x', ...fields }).dimensions.level;

describe('the level of a log record', () => {
  // RFC 5424, section 6.2.1: the priority is eight times the facility and the severity.
  it.each([
    ['the severity of rsyslog, as a text of digits', { syslogseverity: '3' }, 'error'],
    ['its word', { severity: 'ERR' }, 'error'],
    ['that of journald', { PRIORITY: '4', MESSAGE: 'x' }, 'warning'],
    ['that of Logstash', { severity_label: 'Critical' }, 'critical'],
    ['the priority of syslog', { log: { syslog: { priority: 27 } } }, 'error'],
    ['a priority as a word', { priority: 'notice' }, 'notice'],
    ['a number of Pino', { level: 50 }, 'error'],
    ['a level and not the line', { level: 'info', message: 'ERROR: x' }, 'info'],
    ['the line', { message: '2026-11-23 15:00:00 ERROR x' }, 'error'],
    ['the line of a field of another name', { message: undefined, msg: '[warn] x' }, 'warning'],
    ['other for an unknown one', { level: 'urgent' }, 'other'],
    ['other for a priority out of range', { pri: '999', level: 'urgent' }, 'other'],
    ['none for a record without one', {}, 'none'],
    ['that of Serilog', { message: undefined, RenderedMessage: 'x', Level: 'Error' }, 'error'],
    ['that of NLog, in capitals', { Message: 'x', LogLevel: 'WARN' }, 'warning'],
  ])('is %s', (_name, fields, level) => {
    expect(levelOf(fields)).toBe(level);
  });
});

// After logstash-plugins/logstash-input-syslog#31 and #77, elastic/logstash#1660 and pfelk/pfelk#1.
describe('the level of a line that its receiver of syslog could not read', () => {
  const defaults = { priority: 0, severity: 0, facility: 0, facility_label: 'kernel', severity_label: 'Emergency' };

  it.each([
    ['the priority at its beginning', { ...defaults, message: '<13>1 2026-11-23T15:00:00Z a b - - - x' }, 'notice'],
    ['that and not the default of Logstash', { severity: 5, message: '<14>Aug 25 13:18:27 app-b x' }, 'info'],
    ['that and not the default of a filter', { syslog_severity_code: 5, message: '<134>Dec 21 14:13:43 x' }, 'info'],
    ['that and not the default in the common schema', { log: { syslog: { priority: 13 } }, message: '<11>x' }, 'error'],
    ['none and not the emergency of Logstash', { ...defaults, tags: ['_grokparsefailure_sysloginput'] }, 'none'],
    ['the word in the line', { ...defaults, tags: ['_grokparsefailure_sysloginput'], message: '[error] x' }, 'error'],
    ['the level of the application', { ...defaults, 'log.level': 'warn', message: '<14>x' }, 'warning'],
  ])('is %s', (_name, fields, level) => {
    expect(levelOf(fields)).toBe(level);
  });
});

// After elastic/beats#14209 and #20079: Winlogbeat sends the levels in the language of Windows.
describe('the level of a Windows event is known in other languages', () => {
  const winlogbeat = (level: string) => ({ agent: { type: 'winlogbeat' }, log: { level }, message: 'x' });

  it.each([
    ['fehler', 'error'],
    ['Erro', 'error'],
    ['erreur', 'error'],
    ['ошибка', 'error'],
    ['エラー', 'error'],
    ['Warnung', 'warning'],
    ['advertencia', 'warning'],
    ['informationen', 'info'],
    ['información', 'info'],
    ['informacio\u0301n', 'info'],
    ['kritisch', 'critical'],
  ])('%s', (level, expected) => {
    expect(levelOf(winlogbeat(level))).toBe(expected);
  });

  it('and such a word in a line is not a level', () => {
    expect(levelInLine('AVISO: x')).toBeUndefined();
  });
});

describe('a line tells its level', () => {
  it.each([
    ['2025-04-09 10:00:00,393 INFO [GroupCoordinator 0]: Removed 0 offsets', 'info'],
    ['[2025-04-09 10:00:00,393] WARN [Server] x', 'warning'],
    ['2022/10/26 18:39:46 [error] 1#1: open() failed', 'error'],
    ['E1123 15:10:00.123456       1 main.go:10] x', 'error'],
    ['<11>Nov 23 15:10:00 a app: x', 'error'],
    ['ERROR:root:x', 'error'],
    ['error: cannot open', 'error'],
    ['Nov 23 15:10:00 a app[1]: error: cannot open', 'error'],
    ['time="2026" level=warning msg="x"', 'warning'],
    ['{"time":"2026","level":"fatal","msg":"x"}', 'critical'],
    ['a b (debug) c', 'debug'],
    // After hyperdxio/hyperdx#2363: words of the message are not the level of a line of JSON.
    ['{"msg":"ERROR: no dashboard for mimir-alertmanager","level":"INFO"}', 'info'],
    [`{"msg":"${'x'.repeat(500)}","severity": "error"}`, 'error'],
    ['{"msg":"wrote \\"level\\":\\"fatal\\"","level":30}', 'info'],
    ['{"msg":"[error] x","level":"strange"}', 'error'],
  ])('in %s', (line, level) => {
    expect(levelInLine(line)).toBe(level);
  });

  it.each([
    ['GET /error/404 HTTP/1.1'],
    ['no error was found'],
    ['wrote error.log and error_log'],
    ['the alert was resolved'],
    ['INFOBLOX started'],
    [''],
    [`${'x '.repeat(150)}ERROR`],
  ])('and none in %s', (line) => {
    expect(levelInLine(line)).toBeUndefined();
  });
});

describe('a log record', () => {
  const line = (fields: object) => sampleOf({ '@timestamp': time, hostname: 'a', ...fields }).line;
  const place = (offset: number, path = '/var/log/a') => ({ message: 'x', log: { offset, file: { path } } });

  it('has an id by its file, its offset and its text', () => {
    expect(line(place(5))).toEqual(line(place(5)));
    const others = [place(6), place(5, '/var/log/b'), { ...place(5), message: 'y' }].map((fields) => line(fields)?.id);
    expect(new Set([line(place(5))?.id, ...others]).size).toBe(4);
  });

  it('has the same id after its file was renamed, if the shipper names the inode', () => {
    const of = (path: string) => ({ message: 'x', log: { offset: 5, file: { path, inode: '7', device_id: '9' } } });
    expect(line(of('/var/log/a'))).toEqual(line(of('/var/log/a.1')));
  });

  it('has no id if its shipper names no place', () => {
    expect(line({ message: 'x' })).toEqual({ text: 'x' });
  });

  it.each([
    ['a password', 'login password=hunter2 ok', 'login password=… ok'],
    ['a header', 'Authorization: Bearer abc.def', 'Authorization: Bearer …'],
    ['a field of JSON', '{"api_key":"abc"}', '{"api_key":"…"}'],
    ['a token', 'got ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'got …'],
    ['the path of an address', 'POST https://a.example/T0/B1', 'POST https://a.example/…'],
    ['NUL', 'a\u0000b', 'a�b'],
  ])('is kept without %s', (_name, message, text) => {
    expect(line({ message })?.text).toBe(text);
  });

  it('is kept without what the patterns of the settings match', () => {
    const settings = settingsSchema.parse({ logs: { redact: ['customer=[0-9]+', '(?i)iban \\S+'] } });
    const message = 'customer=4711 paid from IBAN DE02';
    expect(sampleOf({ '@timestamp': time, hostname: 'a', message }, {}, settings).line?.text).toBe('… paid from …');
  });

  it('is kept with 256 characters at most, whatever it contains, and no secret is cut in half', () => {
    expect(line({ message: 'y '.repeat(5_000) })?.text).toHaveLength(256);
    expect(line({ message: `${' '.repeat(1_015)}password=${'s'.repeat(500)}` })?.text).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (message) => {
        expect((line({ message })?.text ?? '').length).toBeLessThanOrEqual(256);
      }),
    );
  });
});
