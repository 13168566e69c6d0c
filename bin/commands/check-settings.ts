import { Command } from 'commander';
import { nameOf, targetOf } from '../../functions/collect/parse-target.ts';
import { TargetRefusedError } from '../../functions/shared/adapters/http/errors.ts';
import { parseTarget } from '../../functions/shared/adapters/http/target.ts';
import { embeddedSecrets } from '../../functions/shared/adapters/secrets/embedded.ts';
import { limitsOfSettings } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { limitRows } from '../../functions/shared/domain/catalogue/limits.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';
import { durationText } from '../../functions/shared/domain/durations.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Limit } from '../../functions/shared/domain/limit.ts';
import { kindAndOptions, type Receiver, receiverFacts } from '../../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference, referenceText } from '../../functions/shared/domain/secret-reference.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { loadSettings, settingsPath } from '../../settings/file.ts';
import { settingsJsonSchema } from '../../settings/schema.ts';
import { shareWarnings } from '../../settings/shares.ts';
import { unmatchedWarnings } from '../../settings/unmatched.ts';
import { withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

/** The characters that are printed of one override. */
const overrideCharactersMax = 200;

interface CheckFlags {
  readonly json?: boolean;
  readonly schema?: boolean;
}

export function checkSettingsCommand(terminal: Terminal): Command {
  const command = new Command('check-settings')
    .description('Print the settings in force, or what is wrong with a settings file.')
    .argument('[file]', 'settings file; default: offbeat.yaml if the current folder has one, else the defaults')
    .option('--json', 'print the settings in force as JSON, with only the host of each webhook')
    .option('--schema', 'print the JSON schema of the settings file, for editors')
    .action((file: string | undefined, flags: CheckFlags) => check(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat check-settings',
    'npx offbeat check-settings docs/offbeat.example.yaml --json',
  );
}

async function check(file: string | undefined, { json, schema }: CheckFlags, terminal: Terminal): Promise<void> {
  if (schema) {
    terminal.printJson(settingsJsonSchema(), 2);
    return;
  }
  const path = settingsPath(file);
  const settings = loadSettings(path);
  refuseUnreachable(settings, path);
  for (const line of await absentSecrets(settings, terminal.env)) terminal.warn(line);
  for (const line of [...unmatchedWarnings(settings), ...shareWarnings(settings)]) terminal.warn(line);
  if (json) terminal.printJson(withoutSecrets(settings), 2);
  else
    for (const line of [`ok: ${path ?? 'no settings file, so the defaults'}`, ...inForce(settings)])
      terminal.print(line);
}

/**
 * Checks the address of every webhook by the rule that applies at run time, without DNS.
 * @throws {UsageError} naming each webhook that no message could be sent to, by its origin: the rest is often a secret
 */
function refuseUnreachable({ receivers }: Settings, path: string | undefined): void {
  const problems = receivers.flatMap((receiver) =>
    receiverFacts(receiver).targets.flatMap(({ url, allowPrivate }) => {
      try {
        parseTarget(url, allowPrivate);
        return [];
      } catch (error) {
        if (!(error instanceof TargetRefusedError)) throw error;
        return [`receivers, ${receiver.name}: no message could be sent to it: ${error.message}`];
      }
    }),
  );
  if (problems.length > 0) throw new UsageError(`${path}: ${problems.join(' | ')}`);
}

/** Returns a warning for each secret that cannot be read here. It may exist where the settings are used. */
async function absentSecrets({ receivers, collect }: Settings, env: Terminal['env']): Promise<string[]> {
  const secrets = embeddedSecrets(env);
  const hasManager = env[endpointVariable('SECRETS_MANAGER')] !== undefined;
  const warnings: string[] = [];
  const named = [
    ...receivers.flatMap((receiver) =>
      receiverFacts(receiver).secrets.map((secret) => ({ name: `receivers, ${receiver.name}`, secret })),
    ),
    ...collect.flatMap(({ target, password }) =>
      password === undefined ? [] : [{ name: `collect, ${nameOf(targetOf(target))}`, secret: password }],
    ),
  ];
  for (const { name, secret } of named) {
    if (hasManager && isSecretsManagerReference(secret)) continue;
    try {
      await secrets.get(secret);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      warnings.push(`warning: ${name}: ${error.message}`);
    }
  }
  return warnings;
}

/** Returns the settings without what is, or may be, secret: paths of webhooks, and tokens in place of names. */
function withoutSecrets(settings: Settings): object {
  const receivers = settings.receivers.map((receiver) => ({
    name: receiver.name,
    [kindAndOptions(receiver).kind]: receiverFacts(receiver).printable,
  }));
  const collect = settings.collect.map(({ password, ...target }) =>
    password === undefined ? target : { ...target, password: referenceText(password) },
  );
  return { ...settings, receivers, collect };
}

function inForce(settings: Settings): string[] {
  const { cluster, publicUrl, catalogue, receivers, alerts, edges, sources, noData, logs, collectd, collect } =
    settings;
  const seconds = (ms: number): string => `${ms / 1000} s`;
  return [
    `cluster    ${cluster.name}${cluster.hosts.map(({ match, cluster: name }) => `, ${match} is ${name}`).join('')}`,
    `page       ${publicUrl ?? 'publicUrl is not set: messages contain links only where a deployment has the page'}`,
    `catalogue  ${counted(catalogue.length, 'override')}`,
    `limits     ${limitTexts(catalogue).join('; ')}`,
    `peers      ${peersText(catalogue)}`,
    `receivers  ${receivers.map(receiverText).join(', ') || 'none: no page is sent'}`,
    `alerts     group wait ${seconds(alerts.groupWait)}, group interval ${seconds(alerts.groupInterval)}, ` +
      `repeat ${seconds(alerts.repeatInterval)}, resolve after ${seconds(alerts.resolveAfter)}, ` +
      `onset window ${seconds(alerts.onsetWindow)}, silences of ${durationText(alerts.silenceMax)} at most`,
    `edges      ${counted(edges.length, 'declared edge')}, beside those that are found`,
    `sources    ${sources.map(sourceText).join('; ') || 'none'}`,
    `no data    after ${durationText(noData.after)}, and 10 intervals of the entity${ignoredText(noData.ignore)}`,
    `logs       ${counted(logs.redact.length, 'pattern')} left out of lines, beside what always is`,
    `collectd   stores ${collectd.storeRates ? 'rates' : 'counters'}`,
    `collect    ${collect.map(targetText).join(', ') || 'nothing'}`,
  ];
}

/** Returns the limits that the settings add or take away, the last one first, as it applies, and those of the catalogue. */
function limitTexts(catalogue: Settings['catalogue']): string[] {
  const own = catalogue.flatMap(({ match, limit }) => {
    if (limit === undefined) return [];
    const limits = limitsOfSettings(limit).map(limitText).join(', ') || 'off';
    return [shownText(`${matchText(match)} ${limits}`, overrideCharactersMax)];
  });
  const metrics = new Set(limitRows.map(({ metric }) => metric)).size;
  return [...own.reverse(), `those of the catalogue for ${counted(metrics, 'metric')} (docs/settings.md)`];
}

/** Returns which series the settings do not compare with their peers. */
function peersText(catalogue: Settings['catalogue']): string {
  const off = catalogue.filter(({ peers }) => peers === 'off').map(({ match }) => matchText(match));
  const without = off.map((match) => shownText(match, overrideCharactersMax)).join('; ');
  return `compared as in the catalogue${without === '' ? '' : `, but off for ${without}`}`;
}

function matchText({ metric, entity, dimensions = {} }: Settings['catalogue'][number]['match']): string {
  const where = [metric, entity, ...Object.entries(dimensions).map((pair) => pair.join('='))];
  return where.filter((part) => part !== undefined).join(' ') || 'all';
}

const limitText = ({ side, bound, forMs, severity }: Limit): string =>
  `${side} ${bound}${forMs === 0 ? '' : ` for ${durationText(forMs)}`} ${severity}`;

/** Returns what an entry says of its datasets: `acme.*: dimensions acme.unit, acme.slot, ignore acme.debug.*`. */
function sourceText({ match, ...parts }: Settings['sources'][number]): string {
  const named = Object.entries(parts).filter(([, names]) => names.length > 0);
  return shownText(`${match.dataset}: ${named.map(([part, names]) => `${part} ${names.join(', ')}`).join(', ')}`);
}

const targetText = ({ target, period }: CollectSettings): string =>
  `${nameOf(targetOf(target))} every ${durationText(period)}`;

const ignoredText = (ignored: readonly string[]): string =>
  ignored.length === 0 ? '' : shownText(`, but not ${ignored.join(', ')}`);

const receiverText = (receiver: Receiver): string => `${receiver.name} (${receiverFacts(receiver).description})`;
