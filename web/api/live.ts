import { signal } from '@preact/signals';

/** A number that rises when the server reports something new: samples, alerts, silences or components. */
export const liveVersion = signal(0);

/** States whether views move with the data. It is false while the end of the range is fixed. */
export const isLive = signal(true);

/** Makes all live answers be read again. */
export function refreshAll(): void {
  liveVersion.value += 1;
}
