const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/**
 * Returns a number as an integer in the largest unit of 1024 that it fills, for a column of a table. It is rounded; what would be
 * 1024 is 1 of the next unit.
 * @param value 0 or more
 * @example
 * iecInteger(12_288); // => '12 K'
 */
export function iecInteger(value: number): string {
  let [rounded, unit] = [Math.round(value), 0];
  for (let left = value; rounded >= 1_024 && unit + 1 < units.length; unit += 1) {
    left /= 1_024;
    rounded = Math.round(left);
  }
  return unit === 0 ? String(rounded) : `${rounded} ${units[unit]}`;
}

/** Returns a number of bytes in the same way. @example iecBytes(3 * 2 ** 40); // => '3 TiB' */
export function iecBytes(value: number): string {
  const text = iecInteger(value);
  return text.includes(' ') ? `${text}iB` : `${text} B`;
}
