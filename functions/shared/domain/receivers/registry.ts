/*
 * The kinds of receivers. A new kind is a file beside this one and an entry below. The compiler then asks for its channel in
 * functions/notify/receivers/registry.ts, which is the only other list of kinds, and for an example in that file's test.
 * `npm run schema` writes the kind into offbeat.schema.json.
 */
import * as z from 'zod';
import type { ReceiverDefinition, ReceiverFacts } from './receiver-kind.ts';
import { terminal } from './terminal.ts';
import { webhook } from './webhook.ts';

const receiverKinds = {
  webhook,
  terminal,
} satisfies Readonly<Record<string, ReceiverDefinition>>;

export type ReceiverKind = keyof typeof receiverKinds;

type SchemaOf<Kind extends ReceiverKind> = (typeof receiverKinds)[Kind]['schema'];

/** The options of a receiver of one kind, as the settings have them after parsing. */
export type ReceiverOptions<Kind extends ReceiverKind> = z.output<SchemaOf<Kind>>;

/** One receiver of the settings: its name, and its options under the name of its kind. */
export type Receiver = {
  [Kind in ReceiverKind]: { readonly name: string } & Readonly<Record<Kind, z.output<SchemaOf<Kind>>>>;
}[ReceiverKind];

type ReceiverInput = {
  [Kind in ReceiverKind]: { readonly name: string } & Readonly<Record<Kind, z.input<SchemaOf<Kind>>>>;
}[ReceiverKind];

const receiverName = z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected 1 to 64 lower case letters, digits and dashes');

const schemas = Object.entries(receiverKinds).map(([kind, { schema }]) =>
  z.strictObject({ name: receiverName, [kind]: schema }),
);

/** One receiver as the settings contain it. The assertion is needed because TypeScript forgets the names of computed keys. */
export const receiverSchema = z.union(schemas) as unknown as z.ZodType<Receiver, ReceiverInput>;

/** The names of options whose values no message about a settings file may contain, of all kinds. */
export const privateReceiverOptions: readonly PropertyKey[] = Object.values(receiverKinds).flatMap(
  ({ privateOptions }): readonly PropertyKey[] => privateOptions,
);

/** The kind of a receiver together with the options of that kind. */
export type KindAndOptions<Kind extends ReceiverKind = ReceiverKind> = {
  [Each in Kind]: { readonly kind: Each; readonly options: ReceiverOptions<Each> };
}[Kind];

/** Returns the kind of a receiver, which is the one key beside its name, and the options under that key. */
export function kindAndOptions(receiver: Receiver): KindAndOptions {
  const [kind, options] = Object.entries(receiver).find(([key]) => Object.hasOwn(receiverKinds, key))!;
  return { kind, options } as KindAndOptions;
}

/** Returns the facts about a receiver, whatever its kind. */
export function receiverFacts(receiver: Receiver): ReceiverFacts {
  return factsOf(kindAndOptions(receiver));
}

const definitions: { readonly [Kind in ReceiverKind]: Pick<ReceiverDefinition<SchemaOf<Kind>>, 'facts'> } =
  receiverKinds;

function factsOf<Kind extends ReceiverKind>({ kind, options }: KindAndOptions<Kind>): ReceiverFacts {
  return definitions[kind].facts(options);
}
