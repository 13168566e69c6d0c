/**
 * Returns a page with the given tables in place of those between its markers, `<!-- table: NAME -->` and
 * `<!-- end: NAME -->`.
 * @throws {Error} when the page has no markers for a table
 */
export function withTables(document: string, tables: ReadonlyMap<string, string>): string {
  let written = document;
  for (const [name, table] of tables) {
    const [begin, end] = [`<!-- table: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [written.indexOf(begin), written.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the document has no place for "${name}": expected ${begin} … ${end}`);
    written = `${written.slice(0, from + begin.length)}\n\n${table}\n\n${written.slice(to)}`;
  }
  return written;
}

/** Returns a Markdown table, padded so that columns line up. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
