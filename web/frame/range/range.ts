/** The time that views show. Both ends are times as the API takes them: `-15m`, `now`, or ms since 1970. */
export interface Range {
  readonly from: string;
  readonly to: string;
}
