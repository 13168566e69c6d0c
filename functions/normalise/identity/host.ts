import type { FlatDocument } from '../document/flatten.ts';
import { required } from '../draft.ts';

/**
 * The fields that name the host of a document, the best first: those of the Elastic Common Schema, of Metricbeat 6, and of
 * rsyslog, syslog inputs, journald, Winlogbeat, Kubernetes filters, Serilog and Telegraf; at last the one address from which Logstash
 * received a document.
 */
export const hostPaths: readonly string[] = [
  'host.name',
  'host.hostname',
  'host',
  'agent.name',
  'agent.hostname',
  'beat.hostname',
  'beat.name',
  'hostname',
  'HOSTNAME',
  'Hostname',
  'host_name',
  '_HOSTNAME',
  'winlog.computer_name',
  'computer_name',
  'logsource',
  'syslog_hostname',
  'fromhost',
  'kubernetes.node.name',
  'kubernetes.host',
  'hostName',
  'HostName',
  'Computer',
  'MachineName',
  'Properties.MachineName',
  'tags.hostname',
  'tags.host',
  'host.ip',
];

/** Returns the field that names the host of a document; `undefined` where none does. */
export function hostPathOf(document: FlatDocument): string | undefined {
  return hostPaths.find((path) => document.textAt(path) !== undefined);
}

/** Returns the host of a document; `undefined` where it names none. */
export function hostOf(document: FlatDocument): string | undefined {
  return document.firstText(hostPaths);
}

/**
 * Returns the host of a document.
 * @throws {RefusedRecordError} `no entity` where it names none
 */
export function requiredHost(document: FlatDocument): string {
  return required(hostOf(document), 'host.name', 'expected the name of the host; keep its fields host and agent');
}

/** The fields with the address of the measured service; the second one is that of Metricbeat 6. */
const servicePaths = ['service.address', 'metricset.host'];

/** Returns the address of a service. A loopback address is replaced by the host's name, because every host has one. */
export function serviceOf(document: FlatDocument): string | undefined {
  const address = document.firstText(servicePaths);
  const host = hostOf(document);
  if (address === undefined || host === undefined) return address;
  return address.replace(/^(localhost|127\.0\.0\.1|\[::1\])(?=:|$)/, () => host);
}

/**
 * Returns the address of a document's service.
 * @throws {RefusedRecordError} `no entity` where it names none
 */
export function requiredService(document: FlatDocument): string {
  return required(serviceOf(document), 'service.address', 'expected the address of the service');
}
