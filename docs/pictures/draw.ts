import { SeriesDetector } from '../../functions/detect/detector/series-detector.ts';

/** A series to draw: what the detector sees, of which the last part is shown. */
export interface Picture {
  /** The file's name without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** The time of the first value, ms since 1970, and between two values. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: readonly number[];
  /** The number of values that are shown: the last ones. */
  readonly shown: number;
}

/** A series to draw that another kind judges than the detector's. */
export interface KindPicture extends Pick<Picture, 'name' | 'title'> {
  readonly rows: readonly Row[];
}

/** One value as it is drawn. */
export interface Row {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly page: boolean;
  readonly isAnomalous: boolean;
  /** Means that no value came; a dot without a line stands for the one before. */
  readonly isMissing?: boolean;
}

const width = 760;
const height = 220;
const margin = { left: 12, right: 12, top: 34, bottom: 12 };
/** The distance from the envelope at which a value is off, in spreads. */
const offFrom = 3;

/** Returns a drawing (SVG) of a series, with the band of values that are not off, its anomalies and its pages. */
export function draw(picture: Picture | KindPicture): string {
  const rows = 'rows' in picture ? picture.rows : rowsOf(picture).slice(-picture.shown);
  const low = Math.min(...rows.map(({ value, lower }) => Math.min(value, lower)));
  const high = Math.max(...rows.map(({ value, upper }) => Math.max(value, upper)));
  const x = (index: number): number =>
    margin.left + (index * (width - margin.left - margin.right)) / Math.max(1, rows.length - 1);
  const y = (value: number): number =>
    margin.top + ((high - value) * (height - margin.top - margin.bottom)) / (high - low || 1);
  const point = (index: number, value: number): string => `${x(index).toFixed(1)},${y(value).toFixed(1)}`;
  const upper = rows.map((row, index) => point(index, row.upper));
  const lower = rows.map((row, index) => point(index, row.lower)).reverse();
  const line = rows.flatMap((row, index) => {
    if (row.isMissing === true) return [];
    // Values that did not come leave a gap.
    const isFirst = index === 0 || rows[index - 1]?.isMissing === true;
    return [`${isFirst ? 'M' : 'L'}${point(index, row.value)}`];
  });
  const dots = rows.flatMap((row, index) => {
    if (!row.isAnomalous) return [];
    return [`<circle cx="${x(index).toFixed(1)}" cy="${y(row.value).toFixed(1)}" r="2"/>`];
  });
  const pages = rows.flatMap((row, index) =>
    row.page ? [`<path d="M${x(index).toFixed(1)} ${margin.top}V${height - margin.bottom}"/>`] : [],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">`,
    `<title>${picture.title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="20" font-size="14" fill="#222">${picture.title}</text>`,
    `<polygon fill="#cfe3f7" points="${[...upper, ...lower].join(' ')}"/>`,
    `<path fill="none" stroke="#30506e" d="${line.join('')}"/>`,
    `<g fill="#c62828">${dots.join('')}</g>`,
    `<g stroke="#c62828" stroke-dasharray="4 3">${pages.join('')}</g>`,
    '</svg>\n',
  ].join('\n');
}

/** Judges all values with the real detector. */
function rowsOf({ startMs, stepMs, values }: Picture): Row[] {
  const detector = new SeriesDetector();
  return values.map((value, index) => {
    const reading = detector.next(startMs + index * stepMs, value);
    const reach = offFrom * reading.envelopeUsual;
    const [lower, upper] = [reading.lower - reach, reading.upper + reach];
    return { value, lower, upper, page: reading.page, isAnomalous: reading.isOpen && (reading.isOff || reading.page) };
  });
}
