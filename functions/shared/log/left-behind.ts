/*
 * Reasons of the metric `ignored` for a source that is too far behind, so that time goes on without it. Alarms watch
 * them by these names.
 */

/** The reason with which `detect` counts a lane, a partition of `beats`, that it does not wait for. */
export const laneLeftBehind = 'lane left behind';

/** The reason with which `alert` counts a partition of `detect` that it does not wait for. */
export const detectPartitionLeftBehind = 'detect partition left behind';
