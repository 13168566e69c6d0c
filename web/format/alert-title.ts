import { componentTitle, dimensionsWords, metricTitle, partsOf, type SeriesParts } from './names.ts';

/** The fields of an alert that its title is made of. */
export interface TitledAlert {
  readonly title: string;
  readonly entity: { readonly kind: string; readonly name: string };
  /** The series of the first suspect, or its text; absent where the alert has none. */
  readonly cause?: { readonly series: string | SeriesParts } | undefined;
}

/** The sides on which a series may be off, as the title of the detector has them. */
const sides = ['high', 'low', 'gone quiet', 'above its limit', 'below its limit'] as const;
type Side = (typeof sides)[number];

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
  const side = sides.find((each) => text.includes(` ${each} on `));
  if (side !== undefined) return titleBySide(parts, side);
  if (text.startsWith('no data from ')) return `No data from ${componentTitle(entity.kind, entity.name)}`;
  if (text.endsWith(' full soon')) return `${subjectOf(parts)} will be full soon`;
  const [, comparison] = /^.* (higher|lower) than that of its peers on /.exec(text) ?? [];
  return comparison === undefined
    ? capitalised(text)
    : `${subjectOf(parts)} is ${comparison === 'higher' ? 'above' : 'below'} its peers`;
}

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const lowered = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** The names of a series that a title may contain. */
interface Named {
  /** The component: `Chunkserver node-c`. */
  readonly whole: string;
  /** The name alone. */
  readonly name: string;
  /** The part of it, such as a device or a mount point; empty without one. */
  readonly part: string;
}

/** A way to say that a metric is too high or too low. */
type Phrase = readonly [pattern: RegExp, way: 'up' | 'down', say: (named: Named) => string];

const disk = ({ name, part }: Named): string => (part === '' ? `Disk of ${name}` : `Disk ${part} of ${name}`);
const interfaceOf = ({ name, part }: Named): string => (part === '' ? name : `${name}, ${part},`);

/** The phrases of the metrics with a limit, and of those that are off most often. The first that matches counts. */
const phrases: readonly Phrase[] = [
  [/^moosefs\.chunkserver\.connected$/, 'down', ({ whole }) => `${whole} is disconnected`],
  [/\.up$/, 'down', ({ whole }) => `${whole} does not answer`],
  [/\.collected$/, 'down', ({ whole }) => `Nothing is known of ${lowered(whole)}`],
  [/insync_replica/, 'down', ({ whole, part }) => `${whole}, partition ${part}, is out of sync`],
  [/partitions\.offline$/, 'up', ({ whole }) => `${whole} has partitions that are offline`],
  [/under_replicated$/, 'up', ({ whole }) => `${whole} has too few replicas`],
  [/controller_known$/, 'down', ({ whole }) => `${whole} has no controller`],
  [/consumergroup\.stopped$/, 'up', ({ whole }) => `${whole} stands still`],
  [/consumer_lag$|consumergroup\.lag$|max_lag_time/, 'up', ({ whole }) => `${whole} fell behind`],
  [/planned_stop$/, 'up', ({ whole }) => `${whole} is stopped for maintenance`],
  [/chunkserver\.errors$/, 'up', ({ whole }) => `${whole} has errors`],
  [/disk\.damaged$/, 'up', (named) => `${disk(named)} is damaged`],
  [/chunks\.missing$/, 'up', ({ whole }) => `${whole} has chunks without any copy`],
  [/chunks\.endangered$/, 'up', ({ whole }) => `${whole} has endangered chunks`],
  [/master\.save\./, 'up', ({ whole }) => `${whole} does not save its metadata`],
  [/master\.space\.total\.bytes$/, 'down', ({ whole }) => `${whole} lost a part of its space`],
  [/^elasticsearch\.cluster\.(red|yellow)$/, 'up', ({ whole }) => `${whole} has shards that are not assigned`],
  [/fs\.watermark$|log\.disk\.used\.pct$|chunkserver\.space\.used/, 'up', ({ whole }) => `${whole} is nearly full`],
  [/filesystem\.(used\.pct|utilization)$|df\.percent_bytes$/, 'up', (named) => `${disk(named)} is nearly full`],
  [/stage\.age\.sec$/, 'up', ({ name }) => `${capitalised(name.replace('-', ', stage '))} is behind`],
  [/transactions\.in_doubt$/, 'up', () => 'Offbeat has a transaction in doubt'],
  [
    /diskio\.write\.(bytes|count)$|disk_(octets|ops)\.write$/,
    'up',
    (named) => `${disk(named)} writes more than expected`,
  ],
  [/diskio\.read\.(bytes|count)$|disk_(octets|ops)\.read$/, 'up', (named) => `${disk(named)} reads more than expected`],
  [/diskio\.io\.time$|disk_io_time/, 'up', (named) => `${disk(named)} is busy`],
  [
    /network\.out\.(bytes|packets)$|if_(octets|packets)\.tx$/,
    'up',
    (named) => `Traffic out of ${interfaceOf(named)} is high`,
  ],
  [
    /network\.in\.(bytes|packets)$|if_(octets|packets)\.rx$/,
    'up',
    (named) => `Traffic into ${interfaceOf(named)} is high`,
  ],
  [/network\.\w+\.errors$|if_errors/, 'up', (named) => `Network of ${interfaceOf(named)} has errors`],
  [/network\.\w+\.dropped$|if_dropped/, 'up', (named) => `Network of ${interfaceOf(named)} drops packets`],
];

function titleBySide(parts: SeriesParts, side: Side): string {
  if (side === 'gone quiet') return `${subjectOf(parts)} does not change any more`;
  const { entity, metric, dimensions } = parts;
  const way = side === 'high' || side === 'above its limit' ? 'up' : 'down';
  const found = phrases.find(([pattern, own]) => own === way && pattern.test(metric));
  const part = dimensions.partition ?? dimensionsWords(dimensions);
  if (found !== undefined)
    return found[2]({ whole: componentTitle(entity.kind, entity.name), name: entity.name, part });
  return `${subjectOf(parts)} is ${side}`;
}

function subjectOf({ entity, metric, dimensions }: SeriesParts): string {
  const words = dimensionsWords(dimensions);
  const title = componentTitle(entity.kind, entity.name);
  const of = title === entity.name ? title : lowered(title);
  return `${metricTitle(metric).replace(', total', '')} of ${of}${words === '' ? '' : `, ${words},`}`;
}
