import { countText } from '../../format/quantity.ts';

/** Returns how many messages were delivered in the last hour. @param delivered their number; `null` where it is not known */
export const deliveredText = (delivered: number | null): string =>
  delivered === null ? 'how many were delivered is not known' : `${countText(delivered)} delivered in 1 h`;
