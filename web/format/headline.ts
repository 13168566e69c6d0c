/**
 * Returns the headline of an alert without scores, and without the length of one series: it is that of the newest message, and the length
 * of the alert is told beside it.
 * @example
 * plainHeadline('cpu on a at 99 %, above its limit of 95 % for 10 min: busy (score 0.9)'); // => 'cpu on a at 99 %, above its limit of 95 %: busy'
 */
export const plainHeadline = (headline: string): string =>
  headline.replace(/ \(score [\d.]+\)/g, '').replace(/ for (?:\d+ (?:s|min|h|d) ?){1,2}(?=[:,;])/, '');
