import type { LogLevel } from '../../shared/domain/log-level.ts';
import { type FlatDocument, textOf } from '../document/flatten.ts';

/** The levels of RFC 5424 and `trace`, each with the other spellings that loggers use. */
const spellings: Readonly<Record<Exclude<LogLevel, 'other' | 'none'>, readonly string[]>> = {
  trace: ['finest', 'finer', 'verbose', 'trc'],
  debug: ['fine', 'dbg', 'd'],
  info: ['information', 'informational', 'inf', 'i'],
  notice: [],
  warning: ['warn', 'wrn', 'w'],
  error: ['err', 'severe', 'failure', 'e'],
  critical: ['crit', 'fatal', 'panic', 'f', 'c'],
  alert: [],
  emergency: ['emerg'],
};
const levels: ReadonlyMap<string, string> = new Map(
  Object.entries(spellings).flatMap(([level, others]) => [level, ...others].map((word) => [word, level] as const)),
);

/**
 * The names of the levels of Windows in other languages than English, which Winlogbeat sends as they are. They are compared
 * with fields and not with lines, where they may be any word.
 */
const translations: Readonly<Record<string, string>> = {
  critical:
    'kritisch critique crítico critico kritiek krytyczne kritický kritisk критический 重大 严重 關鍵 关键 위험 kritik',
  error: 'fehler erreur erro errore fout błąd chyba fel feil fejl virhe ошибка エラー 错误 錯誤 오류 hata hiba',
  warning:
    'warnung avertissement advertencia aviso avviso waarschuwing ostrzeżenie upozornění varning advarsel varoitus ' +
    'предупреждение 警告 경고 uyarı figyelmeztetés',
  info:
    'informationen informations información informações informação informazioni informatie informacje informace ' +
    'informasjon informaatio сведения 情報 信息 資訊 정보 bilgi információ',
};
const translated: ReadonlyMap<string, string> = new Map(
  Object.entries(translations).flatMap(([level, words]) => words.split(' ').map((word) => [word, level] as const)),
);

/** The levels of the severities 0 to 7. @see RFC 5424, section 6.2.1 */
const bySeverity = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
/** The levels of the numbers 10 to 60 of Bunyan and Pino. */
const byTens = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

/** Fields with a level as a word or as a severity of 0 to 7, the best first. */
const levelPaths = [
  'log.level',
  'log.syslog.severity.code',
  'syslog.severity',
  'log.syslog.severity.name',
  'winlog.level',
  'syslogseverity',
  'syslogseverity-text',
  'syslog_severity_code',
  'syslog_severity',
  'severity',
  'severity_label',
  'Severity',
  'PRIORITY',
  'loglevel',
  'log_level',
  'levelname',
  'level_name',
  'level',
  'Level',
  'LEVEL',
  'logLevel',
  'LogLevel',
  'severityText',
  'severity_text',
  '@l',
  'lvl',
  'tags.severity',
  'tags.level',
  'fields.severity_code',
];
/** Fields with the priority of syslog, which is eight times the facility and the severity. */
const priorityPaths = ['log.syslog.priority', 'syslog.priority', 'syslog_pri', 'pri', 'priority'];

/**
 * Matches fields with what a receiver of syslog has read of a line. Where it could not read the line, they have its defaults:
 * Logstash's input calls such a line an emergency of the kernel.
 */
const ofSyslog = /^(?:log\.syslog\.|syslog|severity(?:_label)?$)/;
/** The tag of a line that the input `syslog` of Logstash could not read. */
const unreadTag = '_grokparsefailure_sysloginput';

/**
 * Returns the level of a log record from a closed list, so that no record can make a new series: by a field with the level,
 * by the priority of syslog, or by the line itself. `none` is the level of a record without one, `other` an unknown one.
 * @param line the text of the record
 */
export function levelOf(document: FlatDocument, line: string): string {
  let isUnknown = false;
  const hasDefaults = isUnread(document, line);
  for (const path of levelPaths) {
    const text = textOf(document.valueAt(path));
    if (text === undefined || (hasDefaults && ofSyslog.test(path))) continue;
    const level = levelNamed(text);
    if (level !== undefined) return level;
    isUnknown = true;
  }
  const byPriority = hasDefaults ? undefined : levelByPriority(document);
  return byPriority ?? (isUnknown ? 'other' : (levelInLine(line) ?? 'none'));
}

/** Returns whether a line of syslog was not read by its receiver: it begins with its priority still, or is tagged. */
function isUnread(document: FlatDocument, line: string): boolean {
  if (line.startsWith('<') && /^<\d{1,3}>/.test(line)) return true;
  const tags = document.valueAt('tags');
  return Array.isArray(tags) && tags.includes(unreadTag);
}

/** Returns the level of a word, of a severity of 0 to 7, or of a number of Pino; `undefined` for any other text. */
export function levelNamed(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  const number = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isNaN(number)) return levels.get(word) ?? translated.get(word.normalize('NFC'));
  return number >= 10 && number % 10 === 0 ? byTens[number / 10 - 1] : bySeverity[number];
}

function levelByPriority(document: FlatDocument): string | undefined {
  const text = document.firstText(priorityPaths)?.trim();
  if (text === undefined) return undefined;
  return /^\d{1,3}$/.test(text) && Number(text) <= 191 ? bySeverity[Number(text) % 8] : levels.get(text.toLowerCase());
}

/** The most characters at the beginning of a line in which a level is looked for. */
const lineCharactersRead = 200;
/** The most characters at the beginning of a line of JSON in which its field with the level is looked for. */
const jsonCharactersRead = 4_096;
/** Matches the field with the level in a line of JSON. Quotes inside a text are escaped, so that no message matches. */
const levelField =
  /"(?:log\.)?(?:level|lvl|severity|loglevel|log_level|levelname)" ?: ?(?:"([^"\\]{1,32})"|(\d{1,2})\b)/i;
/** The most words of them. */
const wordsRead = 40;

/**
 * Returns the level that a line itself tells in one of the usual places; `undefined` if it tells none. Each character is
 * read once.
 *
 * - the field with the level of a line of JSON, whatever its other fields contain: `{"msg":"ERROR","level":"info"}`
 * - the priority of syslog at the beginning: `<11>`
 * - the letter of glog at the beginning: `E1123 15:10:00.000000`
 * - a word in capitals: `2026-11-23 15:10:00,393 ERROR [Server]`
 * - a word in brackets, before a colon at the beginning of a part, or after `level=`: `[error]`, `error: …`, `level=error`
 */
export function levelInLine(line: string): string | undefined {
  const field = line.startsWith('{') ? levelField.exec(line.slice(0, jsonCharactersRead)) : null;
  const ofField = field === null ? undefined : levelNamed(field[1] ?? field[2]!);
  if (ofField !== undefined) return ofField;
  const text = line.slice(0, lineCharactersRead);
  const priority = /^<(\d{1,3})>/.exec(text);
  if (priority !== null && Number(priority[1]) <= 191) return bySeverity[Number(priority[1]) % 8];
  const glog = /^([IWEF])\d{4} \d\d:/.exec(text);
  if (glog !== null) return levels.get(glog[1]!.toLowerCase());
  let count = 0;
  for (const { 0: word, index } of text.matchAll(/[A-Za-z]+/g)) {
    count += 1;
    if (count > wordsRead) return undefined;
    const level = word.length < 3 ? undefined : levels.get(word.toLowerCase());
    if (level !== undefined && isInPlace(text, word, index)) return level;
  }
  return undefined;
}

function isInPlace(text: string, word: string, at: number): boolean {
  const before = text[at - 1] ?? '';
  const after = text[at + word.length] ?? '';
  // A part of a longer name: error_log, error-rate, error.log, /error/.
  if (/[\w./-]/.test(before) || /[\w./-]/.test(after)) return false;
  if (word === word.toUpperCase()) return true;
  if ((before === '[' && after === ']') || (before === '<' && after === '>') || (before === '(' && after === ')')) {
    return true;
  }
  if (/(?:level|lvl|severity)["']?[=:] ?["']?$/i.test(text.slice(Math.max(0, at - 16), at))) return true;
  return after === ':' && (at === 0 || text.slice(0, at).trimEnd() === '' || /[:\]] $/.test(text.slice(0, at)));
}
