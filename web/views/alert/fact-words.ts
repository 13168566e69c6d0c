import type { AlertDetail } from '../../api/alert-types.ts';
import { counted } from '../../format/words.ts';

/** Returns the headline as a sentence, without scores; of an alert that is over, without the length of one series, as that of all is below. */
export function headlineOf({ headline, status }: Pick<AlertDetail, 'headline' | 'status'>): string {
  const scoreless = headline.replace(/ \(score [\d.]+\)/g, '');
  const text = status === 'resolved' ? scoreless.replace(/ for (?:\d+ (?:s|min|h|d) ?){1,2}(?=[:,;])/, '') : scoreless;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns how many anomalies an alert has, how many of them have a chart, and on how many components they are. */
export function shownText({ anomalies, suspects }: Pick<AlertDetail, 'anomalies' | 'suspects'>): string {
  const paths = new Set(suspects.map(({ entity: { cluster, kind, name } }) => `${cluster}/${kind}/${name}`));
  const count = counted(anomalies.length, 'anomaly').replace('anomalys', 'anomalies');
  const shown = suspects.length === anomalies.length ? count : `${suspects.length} of ${count} shown`;
  return `${shown}, on ${counted(paths.size, 'component')}`;
}
