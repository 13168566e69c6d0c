/*
 * Reasons that `ignored` counts while time goes on without a source that is too far behind. Alarms watch them by these
 * names.
 */

/** Of `detect`: it went on without a lane, a partition of `beats`. */
export const laneLeftBehind = 'lane left behind';

/** Of `alert`: it went on without a partition of `detect`. */
export const detectPartitionLeftBehind = 'detect partition left behind';
