/** The values of the dimension `level` of log records: a closed list, so that no log record can make a new series. */
export const logLevels = [
  'trace',
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
  'other',
  'none',
] as const;
export type LogLevel = (typeof logLevels)[number];
