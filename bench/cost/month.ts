export const hoursAMonth = 730;
export const secondsAMonth = hoursAMonth * 3600;

/** One part of a month's bill. */
export interface Part {
  readonly name: string;
  readonly usd: number;
  /** A description of what was counted. */
  readonly of: string;
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const millions = (value: number): string =>
  value >= 1e7 ? `${whole(value / 1e6)} M` : `${(value / 1e6).toFixed(2)} M`;

export const dollars = (usd: number): string => `$${whole(usd)}`;
