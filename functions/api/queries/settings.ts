import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { durationText } from '../../shared/domain/durations.ts';
import { kindAndOptions, receiverFacts } from '../../shared/domain/receivers/registry.ts';
import { referenceText } from '../../shared/domain/secret-reference.ts';
import { defaultSettings, type Settings, settingsSchema } from '../../shared/domain/settings.ts';
import type { settingsAnswer } from '../answers/settings.ts';
import type { Shown } from '../answers/shown.ts';
import type { RoutePorts } from '../routes/route.ts';
import type { SettingsSource } from '../settings-source.ts';

type InForce = Shown<z.infer<typeof settingsAnswer>>;
type Entry = InForce['entries'][number];

/** Returns the settings in force without secrets: an entry for each value and for each list. */
export async function settingsInForce({
  settings,
  settingsSource,
  operations,
}: Pick<RoutePorts, 'settings' | 'settingsSource' | 'operations'>): Promise<InForce> {
  const shown = withoutSecrets(settings);
  const preset = entriesOf(settingsSchema, withoutSecrets(defaultSettings), []);
  const defaults = new Map(preset.map(({ keys, value }) => [keys.join('.'), value]));
  const entries = entriesOf(settingsSchema, shown, []).map((entry) => located(entry, settingsSource, defaults));
  const secrets = secretsOf(settings).map(async ({ path, reference }): Promise<Entry> => {
    const isSet = await operations?.isSecretSet(reference);
    const description = `The secret at ${referenceText(reference)}.`;
    return { path, value: null, source: 'file', isSecret: true, ...(isSet !== undefined && { isSet }), description };
  });
  const variables = (settingsSource?.variables ?? []).map(
    ({ name, isSet, description }): Entry => ({
      ...{ path: name, value: null, source: 'environment', variable: name, isSecret: true, isSet, description },
    }),
  );
  const file = settingsSource?.file;
  return { ...(file !== undefined && { file }), entries: [...entries, ...(await Promise.all(secrets)), ...variables] };
}

/** Replaces receivers and targets by what may be shown of them. */
function withoutSecrets(settings: Settings): Readonly<Record<string, unknown>> {
  const receivers = settings.receivers.map((receiver) => ({
    name: receiver.name,
    [kindAndOptions(receiver).kind]: receiverFacts(receiver).printable,
  }));
  const collect = settings.collect.map(({ password, ...target }) => ({
    ...target,
    ...(password !== undefined && { password: referenceText(password) }),
  }));
  return { ...settings, receivers, collect };
}

function secretsOf({ receivers, collect }: Settings) {
  return [
    ...receivers.flatMap((receiver) =>
      receiverFacts(receiver).secrets.map((reference) => ({ path: `receivers.${receiver.name}.secret`, reference })),
    ),
    ...collect.flatMap(({ password }, nth) =>
      password === undefined ? [] : [{ path: `collect.${nth}.password`, reference: password }],
    ),
  ];
}

type Found = Pick<Entry, 'value' | 'description'> & { readonly keys: readonly string[] };

/** Returns the values within an object of the settings, with what their schemas say of them. */
function entriesOf(schema: z.ZodObject, values: Readonly<Record<string, unknown>>, above: readonly string[]): Found[] {
  return Object.entries(schema.shape).flatMap(([name, field]): Found[] => {
    const keys = [...above, name];
    const inner = innermost(field);
    const value = values[name];
    if (inner instanceof z.ZodObject) return entriesOf(inner, (value ?? {}) as typeof values, keys);
    const isDuration = typeof value === 'number' && inner instanceof z.ZodPipe;
    return [{ keys, value: isDuration ? durationText(value) : (value ?? null), description: descriptionOf(field) }];
  });
}

function innermost(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? innermost(schema.unwrap()) : schema;
}

const descriptionOf = (schema: unknown): string => (schema instanceof z.ZodType ? (schema.description ?? '') : '');

/** Returns an entry with its source. Where the file is not known, what differs from the defaults was written in it. */
function located(
  { keys, value, description }: Found,
  from: SettingsSource | undefined,
  defaults: ReadonlyMap<string, unknown>,
): Entry {
  const isWritten = from?.isWritten(keys) ?? !isDeepStrictEqual(value, defaults.get(keys.join('.')));
  const line = isWritten ? from?.lineOf(keys) : undefined;
  const source = isWritten ? 'file' : 'default';
  return { path: keys.join('.'), value, source, ...(line !== undefined && { line }), description };
}
