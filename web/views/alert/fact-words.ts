import type { AlertDetail } from '../../api/alert-types.ts';

/**
 * Returns the headline as a sentence, without scores, and without the length of one series: it is that of the newest message, and that of
 * all stands below.
 */
export function headlineOf({ headline }: Pick<AlertDetail, 'headline'>): string {
  const scoreless = headline.replace(/ \(score [\d.]+\)/g, '');
  const text = scoreless.replace(/ for (?:\d+ (?:s|min|h|d) ?){1,2}(?=[:,;])/, '');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
