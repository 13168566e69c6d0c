import type { AlertDetail } from '../../api/alert-types.ts';

/** Returns the headline as a sentence, without scores; of an alert that is over, without the length of one series, as that of all is below. */
export function headlineOf({ headline, status }: Pick<AlertDetail, 'headline' | 'status'>): string {
  const scoreless = headline.replace(/ \(score [\d.]+\)/g, '');
  const text = status === 'resolved' ? scoreless.replace(/ for (?:\d+ (?:s|min|h|d) ?){1,2}(?=[:,;])/, '') : scoreless;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
