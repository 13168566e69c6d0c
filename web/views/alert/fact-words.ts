import type { AlertDetail } from '../../api/alert-types.ts';
import { plainHeadline } from '../../format/headline.ts';

/** Returns the headline as a sentence. */
export function headlineOf({ headline }: Pick<AlertDetail, 'headline'>): string {
  const text = plainHeadline(headline);
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
