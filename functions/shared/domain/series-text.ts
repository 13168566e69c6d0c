import { entityPath, parseEntityPath } from './entity.ts';
import { quotedName } from './quoted-name.ts';
import { type Dimensions, type Series, seriesSchema } from './series.ts';
import { readSeriesText } from './series-parts.ts';

/*
 * The text of a series, `cluster/kind/name metric{dimension=value}`, as people read, type and paste it. A name that contains a
 * character with a meaning in this text is in quotes, with the escapes of JSON. All other names are written as they are, so
 * that spaces, slashes, parentheses and the backslashes of Windows stay readable. Ids are made of these texts: the text of a
 * name must not change.
 */
const meantInEntity = /["{}]/;
const meantInMetric = /[\s"{}]/;
const meantInDimension = /^ |[",={}]| $/;
const meantInValue = /[,{}]/;

/**
 * Returns dimensions as text: `{device=sda,mount=/}` with the names in order, or an empty text if there are none. Different
 * dimensions have different texts.
 */
export function dimensionsText(dimensions: Dimensions): string {
  const names = Object.keys(dimensions).sort();
  if (names.length === 0) return '';
  const pairs = names.map(
    (name) => `${quotedName(name, meantInDimension)}=${quotedName(dimensions[name]!, meantInValue)}`,
  );
  return `{${pairs.join(',')}}`;
}

/**
 * Returns the line that names a series: `prod/host/node-a system.diskio.write.bytes{device=sda}`. Different series have
 * different texts, and {@link parseSeriesText} reads each.
 */
export function seriesText({ entity, metric, dimensions }: Series): string {
  const name = quotedName(entity.name, meantInEntity);
  return `${entityPath({ ...entity, name })} ${quotedName(metric, meantInMetric)}${dimensionsText(dimensions)}`;
}

/** The longest text that is read as a series, in characters. A longer one would not fit into the address of a request. */
export const seriesTextCharactersMax = 16_384;

/**
 * Reads a text that {@link seriesText} wrote, or that a person typed, as {@link readSeriesText} divides it.
 * @returns `undefined` for a text that is not a series
 */
export function parseSeriesText(text: string): Series | undefined {
  if (text.length > seriesTextCharactersMax) return undefined;
  const read = readSeriesText(text);
  if (read === undefined) return undefined;
  const entity = parseEntityPath(read.path);
  const parsed = seriesSchema.safeParse({ entity, metric: read.metric, dimensions: read.dimensions });
  return parsed.success ? parsed.data : undefined;
}
