import type { Settings } from '../../shared/domain/settings.ts';
import type { FlatDocument } from '../document/flatten.ts';
import { type Read, required } from '../draft.ts';
import { factsOf } from '../identity/facts.ts';
import { hostOf } from '../identity/host.ts';
import type { Roots } from '../identity/roots.ts';
import { addRuled, rulesFor } from '../identity/rules.ts';
import { measure } from '../measure.ts';
import { timeOf } from '../timestamp.ts';
import { namedDataset, shipperOf } from './envelope.ts';
import { nothingMeasured } from './metrics.ts';
import type { DocumentSource } from './source.ts';

/** The results of checks of Heartbeat and of Elastic Synthetics. */
export const heartbeat: DocumentSource = {
  name: 'Heartbeat',
  recognised: 'documents of Heartbeat, and any other one with `monitor.id` and `monitor.status`',
  entity: 'the service that is checked: `monitor.id`',
  dimensions: '`location` (`observer.geo.name`, else the host of Heartbeat), `step` (`synthetics.step.name`)',
  measurements: 'the numbers under `monitor`, `summary`, `http`, `tcp`, `icmp`, `resolve` and `synthetics`',
  time: '`@timestamp`, else the append time',
  recognises: (document) =>
    shipperOf(document) === 'heartbeat' ||
    (document.valueAt('monitor.id') !== undefined && document.valueAt('monitor.status') !== undefined),
  read: readHeartbeat,
};

const measuredRoots: ReadonlySet<string> = new Set('monitor summary http tcp icmp resolve synthetics'.split(' '));
const roots: Roots = { isOfCloud: false, isOwn: (root) => measuredRoots.has(root) };

/** The fields that name the place from which a monitor is checked. Two of them may check the same service. */
const locationPaths = ['observer.geo.name', 'observer.name', 'observer.hostname'];

/**
 * Reads the result of a check as a sample of the service that is checked, because on-call looks after the service and not
 * after the host that checks it.
 * @throws {RefusedRecordError} `no entity`, `no measurement`, `not a time`, `too many fields`
 */
function readHeartbeat(document: FlatDocument, settings: Settings): Read {
  const dataset = namedDataset(document) ?? 'uptime';
  const rules = rulesFor(settings, dataset);
  const time = timeOf(document);
  const measured = measure(document, roots, rules, time.path);
  const skipped = [...measured.skipped, ...document.skipped];
  if (Object.keys(measured.measurements).length === 0) throw nothingMeasured(document, skipped);
  const name = required(document.textAt('monitor.id'), 'monitor.id', 'expected the id of a monitor');
  const host = hostOf(document);
  const dimensions: Record<string, string> = {};
  const location = document.firstText(locationPaths) ?? host;
  if (location !== undefined) dimensions.location = location;
  const step = document.textAt('synthetics.step.name');
  if (step !== undefined) dimensions.step = step;
  for (const path of rules.dimensions) {
    const text = document.textAt(path);
    if (text !== undefined) addRuled(dimensions, path, text);
  }
  const used = new Set(['monitor.id', 'monitor.check_group', ...locationPaths, ...rules.dimensions]);
  const facts = factsOf(document, false, (path) => used.has(path) || rules.isIgnored(path));
  const { measurements, units, kinds } = measured;
  const draft = {
    kind: 'service',
    name,
    host,
    timeMs: time.timeMs,
    dataset,
    dimensions,
    measurements,
    ...(units === undefined ? {} : { units }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(facts === undefined ? {} : { facts }),
    source: shipperOf(document),
  } as const;
  return { drafts: [draft], skipped };
}
