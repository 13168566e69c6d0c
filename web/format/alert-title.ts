import { componentTitle, dimensionsWords, metricTitle, partsOf, type SeriesParts } from './names.ts';

/** The fields of an alert that its title is made of. */
export interface TitledAlert {
  readonly title: string;
  readonly entity: { readonly kind: string; readonly name: string };
  /** The series of the first suspect, or its text; absent where the alert has none. */
  readonly cause?: { readonly series: string | SeriesParts } | undefined;
}

/**
 * Returns the title of an alert in words: the likely cause, and how it differs. The title of the detector
 * (`functions/alert/wording.ts`) is shown as it is where it has another form.
 * @example
 * alertTitle({ title: 'consumergroup consumer lag high on orders-etl/2/orders', entity, cause }); // => 'Consumer group orders-etl fell behind'
 */
export function alertTitle({ title, entity, cause }: TitledAlert): string {
  const text = title.replace(/, and [\d,]+ more$/, '');
  if (cause === undefined) return capitalised(text);
  const parts = typeof cause.series === 'string' ? partsOf(cause.series) : cause.series;
  const [, side] = /^.* (high|low|gone quiet|above its limit|below its limit) on /.exec(text) ?? [];
  if (side !== undefined) return withSide(parts, side);
  if (text.startsWith('no data from ')) return `No data from ${componentTitle(entity.kind, entity.name)}`;
  if (text.endsWith(' full soon')) return `${subjectOf(parts)} will be full soon`;
  const [, comparison] = /^.* (higher|lower) than that of its peers on /.exec(text) ?? [];
  return comparison === undefined ? capitalised(text) : `${subjectOf(parts)} is ${comparison} than that of its peers`;
}

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function withSide(parts: SeriesParts, side: string): string {
  const { entity, metric } = parts;
  const title = componentTitle(entity.kind, entity.name);
  const isLow = side === 'low' || side === 'below its limit';
  if (isLow && /\.connected$/.test(metric)) return `${title} is disconnected`;
  if (isLow && /\.(up|collected)$/.test(metric)) return `${title} does not answer`;
  if (side === 'high' && /consumer_lag$|\.lag$|max_lag_time/.test(metric)) return `${title} fell behind`;
  if (side === 'high' && /diskio\.write\.bytes$|disk_octets\.write$/.test(metric)) return disk(parts, 'writes');
  if (side === 'high' && /diskio\.read\.bytes$|disk_octets\.read$/.test(metric)) return disk(parts, 'reads');
  return side === 'gone quiet' ? `${subjectOf(parts)} does not change any more` : `${subjectOf(parts)} is ${side}`;
}

function disk({ entity, dimensions }: SeriesParts, verb: string): string {
  const device = dimensionsWords(dimensions);
  return `Disk ${device === '' ? '' : `${device} of `}${entity.name} ${verb} more than expected`;
}

function subjectOf({ entity, metric, dimensions }: SeriesParts): string {
  const words = dimensionsWords(dimensions);
  const title = componentTitle(entity.kind, entity.name);
  const of = title === entity.name ? title : title.slice(0, 1).toLowerCase() + title.slice(1);
  return `${metricTitle(metric).replace(', total', '')} of ${of}${words === '' ? '' : `, ${words},`}`;
}
