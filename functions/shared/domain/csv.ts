/** The start of a cell that a spreadsheet may run as a formula. `＝＋－＠` come from East Asian keyboards. */
const formulaStart = /^(?:\s*[=+\-@＝＋－＠]|[\t\r])/;
const nul = '\u0000';
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Returns a value as a cell of a CSV (RFC 4180) that a spreadsheet does not run. A text that would be a formula has an
 * apostrophe in front, as OWASP advises; a number stays a number, also with a sign.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 * @example
 * csvCell('=1+1'); // => "'=1+1"
 * csvCell(-5); // => '-5'
 */
export function csvCell(value: string | number): string {
  const text = String(value);
  const harmless = (formulaStart.test(text) || text.startsWith(nul)) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Returns a line of a CSV without its line break. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells.map(csvCell).join(',');
}
