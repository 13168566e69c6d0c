/** The storages whose protocol is read. SaunaFS, since 2025 LeilFS, continues LizardFS. */
export type Product = 'MooseFS' | 'LizardFS' | 'SaunaFS';

/** A version of three numbers: `3.0.117`. */
export type Version = readonly [major: number, mid: number, minor: number];

/** The software of a master. */
export interface Software {
  readonly product: Product;
  readonly version: Version;
}

/**
 * Returns a version from its bytes on the wire. MooseFS writes twice the minor number, plus 1 for the edition PRO, since 2.0.0.
 * @example
 * versionOf(3, 0, 0xea, true); // => [3, 0, 117]
 */
export function versionOf(major: number, mid: number, minor: number, isMooseFs: boolean): Version {
  return [major, mid, isMooseFs && major >= 2 ? minor >> 1 : minor];
}

/** Returns a version as people write it: `3.0.117`. */
export const versionText = (version: Version): string => version.join('.');

/** Returns whether a version is not older than another one. */
export function isAtLeast(version: Version, other: Version): boolean {
  for (const [place, part] of version.entries()) if (part !== other[place]) return part > other[place]!;
  return true;
}
