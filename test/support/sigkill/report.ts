/** Returns a line with the number of kills, and how many there were in each place. */
export function report(deaths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const death of deaths) counts.set(death, (counts.get(death) ?? 0) + 1);
  const places = [...counts].sort(([, a], [, b]) => b - a).map(([place, count]) => `${count} ${place}`);
  return `${deaths.length} kills: ${places.join(', ')}`;
}
